import type { Socket } from 'node:net';

/** ExtendedRequest of message 1 for StartTLS (RFC 4511, 4.14.1). */
const request = Buffer.concat([
  Buffer.of(0x30, 0x1d, 0x02, 0x01, 0x01, 0x77, 0x18, 0x80, 0x16),
  Buffer.from('1.3.6.1.4.1.1466.20037'),
]);

/** An answer is a few dozen bytes; whoever sends more before TLS is not answering this. */
const longestAnswerBytes = 4096;
const success = 0;

/**
 * Asks the server to switch to TLS, and takes exactly its answer off the socket. The LDAP library is only given the
 * socket afterwards: what somebody between put behind the answer in plain text must never be read as if it had come
 * over TLS (the flaw of CVE-2011-0411). Rejects when the server refuses, answers anything else, or says more.
 */
export async function requestStartTls(socket: Socket): Promise<void> {
  const answer = readAnswer(socket);
  socket.write(request);
  const code = resultCodeOf(await answer);
  if (code !== success) throw new Error(`the server refuses StartTLS (LDAP result ${code})`);
}

function readAnswer(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const settle = (finish: () => void): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      socket.pause();
      finish();
    };
    const onData = (data: Buffer): void => {
      received = Buffer.concat([received, data]);
      try {
        if (isComplete(received)) settle(() => resolve(received));
      } catch (error) {
        // Thrown here it would be nobody's: events have no caller.
        settle(() => reject(error instanceof Error ? error : new Error(String(error))));
      }
    };
    const onError = (error: Error): void => settle(() => reject(error));
    const onClose = (): void =>
      settle(() => reject(new Error('the server closed the connection before StartTLS')));
    socket.on('data', onData).once('error', onError).once('close', onClose);
  });
}

/** Whether the answer is there, and nothing else. Throws when it cannot become one. */
function isComplete(received: Buffer): boolean {
  const length = messageLength(received);
  if (length !== undefined && received.length > length) {
    throw new Error('the server sent more than its answer to StartTLS in plain text');
  }
  if (received.length > longestAnswerBytes) throw new Error('the answer to StartTLS has no end');
  return received.length === length;
}

/** Length of the BER element at the start; `undefined` while its header is not there yet. */
function messageLength(bytes: Buffer): number | undefined {
  const header = lengthAt(bytes, 1);
  return header === undefined ? undefined : header.contentStart + header.length;
}

function lengthAt(bytes: Buffer, offset: number): { contentStart: number; length: number } | undefined {
  const first = bytes[offset];
  if (first === undefined) return undefined;
  if (first < 0x80) return { contentStart: offset + 1, length: first };
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new Error('the answer to StartTLS is not LDAP');
  if (bytes.length < offset + 1 + count) return undefined;
  return { contentStart: offset + 1 + count, length: bytes.readUIntBE(offset + 1, count) };
}

/** The result of `LDAPMessage { messageID 1, ExtendedResponse { resultCode … } }`. */
function resultCodeOf(message: Buffer): number {
  const body = message.subarray(lengthAt(message, 1)?.contentStart);
  const isOurs =
    message[0] === 0x30 && body.subarray(0, 3).equals(Buffer.of(0x02, 0x01, 0x01)) && body[3] === 0x78;
  const response = isOurs ? body.subarray(lengthAt(body, 4)?.contentStart) : Buffer.alloc(0);
  const code = response[0] === 0x0a && response[1] === 1 ? response[2] : undefined;
  if (code === undefined) throw new Error('the answer to StartTLS is not LDAP');
  return code;
}
