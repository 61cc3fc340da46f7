export const fieldKinds = ['text', 'long_text', 'number', 'date', 'checkbox', 'select', 'multi_select'] as const
export type FieldKind = (typeof fieldKinds)[number]
