/**
 * For an icon that is drawn on a page again and again: `<Inbox {...drawnByStyle} />`. What every icon of the set
 * has in common, globals.css says of all drawings that name no colour to be filled with.
 */
export const drawnByStyle = {
  ...{ xmlns: undefined, width: undefined, height: undefined, fill: undefined, stroke: undefined },
  ...{ strokeWidth: undefined, strokeLinecap: undefined, strokeLinejoin: undefined },
}
