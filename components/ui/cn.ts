type ClassValue = string | false | null | undefined

/**
 * Joins class names. Of two utilities that contradict each other not the later one wins: what a caller may change is a class of
 * `app/controls.css`, over which every utility wins.
 */
export const cn = (...classes: ClassValue[]) => classes.filter(Boolean).join(' ')
