import { z } from 'zod';
import { filterCharsMax } from './limits.ts';

/** What a filter expression may compare: numbers, and the names `plan` (slug or name) and `status`. */
export const filterFields = [
  'requests',
  'errors',
  'error_percent',
  'quota_percent',
  'bytes',
  'keys',
  'plan',
  'status',
  'last_active_days',
] as const;
export type FilterField = (typeof filterFields)[number];

/** Such as `quota_percent > 80 and plan = "free"`. */
export const filterExpression = z.string().trim().min(1).max(filterCharsMax);
