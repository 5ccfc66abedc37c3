import { createHash } from 'node:crypto';
import { logoBytesMax } from '@apigate/contract';
import { DomainError } from '../errors.ts';

/** A logo as it is kept: an image, and its size in its own units. */
export interface Logo {
  readonly type: string;
  readonly content: Buffer;
  readonly width: number;
  readonly height: number;
  /** Differs between any two images. */
  readonly version: string;
}

/**
 * Takes a logo apart. What an image could do beside being looked at is refused here, although pages show it as an
 * image alone and it is served under a policy that lets nothing run.
 *
 * @param dataUrl as `logoDataUrl` lets it through, not empty
 * @throws DomainError bad_request
 */
export function readLogo(dataUrl: string): Logo {
  const [head = '', encoded = ''] = dataUrl.split(',');
  const type = head.slice('data:'.length, head.indexOf(';'));
  const content = Buffer.from(encoded, 'base64');
  if (content.length > logoBytesMax) {
    throw refusal(`must be an image of at most ${logoBytesMax / 1024} KiB`);
  }
  const { width, height } = type === 'image/png' ? sizeOfPng(content) : sizeOfSvg(content);
  if (!(width > 0 && height > 0 && width <= 20 * height && height <= 20 * width)) {
    throw refusal('must be an image of which neither side is more than 20 times the other');
  }
  const version = createHash('sha256').update(content).digest('hex').slice(0, 16);
  return { type, content, width, height, version };
}

interface Size {
  width: number;
  height: number;
}

// https://www.w3.org/TR/png-3/#5PNG-file-signature, and after it the header chunk.
const pngHead = Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR', 'latin1');

function sizeOfPng(content: Buffer): Size {
  if (content.length < 33 || !content.subarray(0, pngHead.length).equals(pngHead)) {
    throw refusal('says that it is a PNG image and is not');
  }
  return { width: content.readUInt32BE(16), height: content.readUInt32BE(20) };
}

const active = /<(?:[\w.-]+:)?(?:script|foreignObject|iframe)|<!ENTITY|\bon[a-z]+\s*=|javascript:/i;

function sizeOfSvg(content: Buffer): Size {
  const text = textOf(content);
  const root = /<svg\b[^>]*>/.exec(text)?.[0];
  if (root === undefined) throw refusal('says that it is an SVG image and is not');
  if (active.test(text)) {
    throw refusal('must be an SVG image without scripts, event handlers and embedded pages');
  }
  const [, , width, height] = /\bviewBox\s*=\s*["']([^"']*)["']/
    .exec(root)?.[1]
    ?.trim()
    .split(/[\s,]+/)
    .map(Number) ?? [0, 0, lengthIn(root, 'width'), lengthIn(root, 'height')];
  if (!width || !height)
    throw refusal('must be an SVG image with a viewBox, or a width and height');
  return { width, height };
}

function textOf(content: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch (error) {
    throw refusal('must be an SVG image in UTF-8', error);
  }
}

function lengthIn(tag: string, side: 'width' | 'height'): number {
  return Number(new RegExp(`\\s${side}\\s*=\\s*["']([\\d.]+)(?:px)?["']`).exec(tag)?.[1]);
}

function refusal(message: string, cause?: unknown): DomainError {
  return new DomainError('bad_request', `brand.logo: ${message}`, {
    errors: [{ path: 'value', message }],
    cause,
  });
}
