/** What a broken unique constraint of `plans` means. */
export const uniquePlan = {
  plans_slug_unique: ['slug_taken', 'Another plan has this slug.'],
  plans_name_unique: ['name_taken', 'Another plan has this name.'],
} as const;
