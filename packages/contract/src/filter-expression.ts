import { z } from 'zod';
import { filterCharsMax, type filterFields } from './without-schema.ts';

export type FilterField = (typeof filterFields)[number];

/** Such as `quota_percent > 80 and plan = "free"`. */
export const filterExpression = z.string().trim().min(1).max(filterCharsMax);
