import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { closeFrame, FrameTracker, webSocketAcceptOf } from './web-socket.ts';

test('makes the accept value of the example in RFC 6455', () => {
  expect(webSocketAcceptOf('dGhlIHNhbXBsZSBub25jZQ==')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=');
  const accept = createHash('sha1').update('a258EAFA5-E914-47DA-95CA-C5AB0DC85B11');
  expect(webSocketAcceptOf('a')).toBe(accept.digest('base64'));
});

test('makes a close frame with code 1008 and the reason', () => {
  expect(closeFrame('why')).toEqual(Buffer.from('\x88\x05\x03\xf0why', 'latin1'));
  expect(closeFrame('x'.repeat(200))).toHaveLength(127);
});

test.each([
  ['short', [0x81, 2, 1, 2]],
  ['empty', [0x8a, 0]],
  ['masked', [0x81, 0x82, 9, 9, 9, 9, 1, 2]],
  ['of 16 bit', [0x82, 126, 0, 3, 1, 2, 3]],
  ['of 64 bit', [0x82, 127, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2]],
])('knows where a frame ends: %s', (_what, bytes) => {
  const tracker = new FrameTracker();
  expect(tracker.isBetweenFrames).toBe(true);
  for (const [at, byte] of bytes.entries()) {
    tracker.follow(Buffer.from([byte]));
    expect(tracker.isBetweenFrames).toBe(at === bytes.length - 1);
  }
  tracker.follow(Buffer.from([...bytes, ...bytes]));
  expect(tracker.isBetweenFrames).toBe(true);
});
