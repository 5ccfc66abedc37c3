/** What a broken constraint of `plans` means. */
export const planConstraints = {
  plans_slug_unique: ['slug_taken', 'Another plan has this slug.'],
  plans_name_unique: ['name_taken', 'Another plan has this name.'],
} as const;
