import { footerLinksIn, type Brand, type Settings } from '@apigate/contract';
import { readLogo } from './read-logo.ts';

/** How this service presents itself, by its settings. */
export function brandOf(settings: Settings): Brand {
  return {
    name: settings['brand.name'],
    accent: settings['brand.accent'] || null,
    logo: logoOf(settings['brand.logo']),
    links: footerLinksIn(settings['brand.links']),
  };
}

function logoOf(dataUrl: string): Brand['logo'] {
  if (dataUrl === '') return null;
  const { width, height, version } = readLogo(dataUrl);
  // Another image has another address, so that it can be kept for good.
  return { path: `/brand/logo?v=${version}`, width, height };
}
