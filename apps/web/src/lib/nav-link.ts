import { createLink } from '@tanstack/react-router';
import { NavLink as NavLinkLook } from '@apigate/ui/nav-link';

/** A link of a frame that knows the routes. */
export const NavLink = createLink(NavLinkLook);
