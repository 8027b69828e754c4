import { AppShell, Burger, Group, Kbd, NavLink, ScrollArea, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { LiveMark, LiveProvider } from '../live/index.ts';
import { SessionEnded, useSession } from '../session/index.ts';
import { ColorSchemeMenu, Logo } from '../ui/index.ts';
import { CommandPalette, openCommandPalette } from './command-palette.tsx';
import { parts, type Room, roomsFor } from './rooms.ts';
import classes from './shell.module.css';
import { UserMenu } from './user-menu.tsx';

/** Header, navigation and the room. */
export function Shell(): ReactNode {
  const session = useSession();
  const [isOpen, navigation] = useDisclosure(false);
  const { pathname } = useLocation();
  const close = navigation.close;
  useEffect(() => close(), [pathname, close]);
  const open = roomsFor(session?.permissions ?? []);
  return (
    <LiveProvider sessionKey={session?.csrfToken}>
      <a className={classes.skip} href="#room">
        Skip to the content
      </a>
      <AppShell
        header={{ height: 56 }}
        navbar={{ width: 236, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
        padding={{ base: 'md', sm: 'xl' }}
      >
        <AppShell.Header className={classes.header}>
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={navigation.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={isOpen ? 'Close navigation' : 'Open navigation'}
            />
            <Link to="/" className={classes.home} aria-label="Carrel, first room">
              <Logo />
            </Link>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <UnstyledButton className={classes.search} onClick={openCommandPalette}>
              <IconSearch size={16} aria-hidden />
              <span className={classes.searchWord}>Search</span>
              <Kbd size="xs" visibleFrom="sm">
                Ctrl K
              </Kbd>
            </UnstyledButton>
            <LiveMark />
            <ColorSchemeMenu />
            {session ? <UserMenu session={session} /> : null}
          </Group>
        </AppShell.Header>
        <AppShell.Navbar className={classes.navbar} aria-label="Rooms">
          <AppShell.Section grow component={ScrollArea} type="auto">
            <RoomLinks rooms={open} part="deliver" />
            <RoomLinks rooms={open} part="watch" />
            <RoomLinks rooms={open} part="govern" />
          </AppShell.Section>
        </AppShell.Navbar>
        <AppShell.Main id="room" tabIndex={-1} className={classes.main}>
          {open.length === 0 && session ? <NoRooms /> : <Outlet />}
        </AppShell.Main>
      </AppShell>
      <CommandPalette rooms={open} />
      <SessionEnded />
    </LiveProvider>
  );
}

function RoomLinks({
  rooms,
  part,
}: {
  readonly rooms: readonly Room[];
  readonly part: Room['part'];
}): ReactNode {
  const inPart = rooms.filter((room) => room.part === part);
  const { pathname } = useLocation();
  if (inPart.length === 0) return null;
  return (
    <div className={classes.part}>
      <Text className={classes.partName} id={`part-${part}`}>
        {parts[part]}
      </Text>
      {inPart.map((room) => {
        const isHere = pathname === room.to || pathname.startsWith(`${room.to}/`);
        return (
          <NavLink
            key={room.to}
            component={Link}
            to={room.to}
            label={room.label}
            leftSection={<room.icon size={18} stroke={1.7} aria-hidden />}
            active={isHere}
            aria-current={isHere ? 'page' : undefined}
            className={classes.link}
          />
        );
      })}
    </div>
  );
}

function NoRooms(): ReactNode {
  return (
    <Text c="dimmed" ta="center" mt="xl">
      You are signed in, but no role lets you manage anything here. Ask an administrator for one; your
      workspaces are on your own computer.
    </Text>
  );
}
