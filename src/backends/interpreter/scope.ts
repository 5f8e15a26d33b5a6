import type { Expression } from '../../ir/expression.ts';

/**
 * One loop of generated code, or the function body. A value is computed in the outermost loop that binds all its
 * axes; lines of a scope stand before the loops that it encloses.
 */
export class Scope {
  readonly lines: string[] = [];
  readonly values: Map<Expression, string> = new Map();
  readonly parent: Scope | undefined;
  readonly axis: string | undefined;
  private readonly extent: number;

  constructor(parent?: Scope, axis?: string, extent = 1) {
    this.parent = parent;
    this.axis = axis;
    this.extent = extent;
  }

  /** The outermost scope, from here upwards, in which all of the axes are bound. */
  home(axes: ReadonlySet<string>): Scope {
    return this.parent && !(this.axis !== undefined && axes.has(this.axis)) ? this.parent.home(axes) : this;
  }

  /** Appends this loop to its parent; nothing may be added to it afterwards. */
  close(): void {
    this.parent?.lines.push(
      `for (let ${this.axis} = 0; ${this.axis} < ${this.extent}; ${this.axis}++) {\n${this.lines.join('\n')}\n}`,
    );
  }
}
