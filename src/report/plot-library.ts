// What the report needs of both libraries: the rest of them is left out of the built package.
export { barX, cell, dot, image, line, lineY, plot, rect, rectX, ruleX, text } from '@observablehq/plot';
export { parseHTML } from 'linkedom';
