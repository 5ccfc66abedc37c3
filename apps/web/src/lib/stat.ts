import { createLink } from '@tanstack/react-router';
import { Stat as StatLook } from '@apigate/ui/charts/stat';

/** A number that leads to the list that explains it. */
export const Stat = createLink(StatLook);
