# The guest of the tests: counts on the serial line, reads a sector of its disk at each count, and powers off when
# the power button is pressed (ports of the ICH9 board: 0x600 PM1a_STS, 0x602 PM1a_EN, 0x604 PM1a_CNT).
# as boot-sector.s -o boot.o && objcopy -O binary boot.o boot.bin; its bytes are in boot-sector.ts.
.code16
.org 0
start:
  xor %ax,%ax
  mov %ax,%ds
  mov %ax,%ss
  mov $0x7c00,%sp
  mov %dl,0x504
  movw $0,0x500
  mov $0x602,%dx
  mov $0x100,%ax
  out %ax,%dx
  mov $banner-start+0x7c00,%si
1: lodsb
  test %al,%al
  jz tick
  call putc
  jmp 1b
tick:
  # print counter as 4 hex digits
  mov 0x500,%bx
  mov $4,%cx
2: rol $4,%bx
  mov %bl,%al
  and $15,%al
  add $'0',%al
  cmp $'9',%al
  jbe 3f
  add $39,%al
3: call putc
  loop 2b
  mov $10,%al
  call putc
  # read the sector at counter*256 from the disk
  movl $0x00010010,0x510
  movl $0x00000600,0x514
  movzwl 0x500,%eax
  shl $8,%eax
  mov %eax,0x518
  movl $0,0x51c
  mov 0x504,%dl
  mov $0x510,%si
  mov $0x42,%ah
  int $0x13
  # wait two timer ticks, power button seen -> off
  mov 0x46c,%bx
4: hlt
  mov $0x600,%dx
  in %dx,%ax
  test $0x100,%ax
  jnz off
  mov 0x46c,%ax
  sub %bx,%ax
  cmp $2,%ax
  jb 4b
  incw 0x500
  jmp tick
off:
  mov $0x604,%dx
  mov $0x2000,%ax
  out %ax,%dx
5: hlt
  jmp 5b
putc:
  push %ax
  mov $0x3fd,%dx
6: in %dx,%al
  test $0x20,%al
  jz 6b
  pop %ax
  mov $0x3f8,%dx
  out %al,%dx
  ret
banner: .asciz "boot\n"
