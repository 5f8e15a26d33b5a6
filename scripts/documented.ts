/** What the docstrings of a module say, read by the compiler of TypeScript. */
import { join } from 'node:path';
import ts from 'typescript';

const root = join(import.meta.dirname, '..');

/** An option or an argument. */
export interface Field {
  /** Such as `x` or `options.axis`. */
  readonly name: string;
  readonly optional: boolean;
  readonly text: string;
}

export interface Documented {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'type' | 'value' | 'namespace';
  /** How it is called, or what it is: one line for each way to call it. */
  readonly signatures: readonly string[];
  /** Path of the file that declares it, from the root. */
  readonly file: string;
  /** What the docstring says before its first tag, on one line. */
  readonly text: string;
  /** Arguments in their order, those that are options followed by their options. */
  readonly fields: readonly Field[];
  readonly returns: string;
  readonly errors: string;
  readonly example: string;
  /** Of a namespace: what it exports. Of a class: its methods and properties that are not inherited from JavaScript's. */
  readonly members: readonly Documented[];
}

const written = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;

/** Modules by their names: where they lie depends on the machine. */
const withoutPaths = (type: string): string =>
  type.replaceAll(/typeof import\("[^"]*?([\w-]+)"[^)]*\)/g, 'typeof $1');

const oneLine = (parts: ts.SymbolDisplayPart[] | undefined): string =>
  ts.displayPartsToString(parts).replaceAll(/\s+/g, ' ').trim();

/** What the modules export, each in the order of names. */
export function documented(entries: readonly string[]): Documented[][] {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const paths = entries.map((entry) => join(root, entry));
  const program = ts.createProgram(paths, { ...options, noEmit: true, incremental: false });
  const checker = program.getTypeChecker();

  const exportsOf = (symbol: ts.Symbol): Documented[] =>
    checker
      .getExportsOfModule(symbol)
      .map((own) => read(own))
      .sort((a, b) => (a.name < b.name ? -1 : 1));

  const typeText = (type: ts.Type, flags: ts.TypeFormatFlags = 0): string =>
    withoutPaths(checker.typeToString(type, undefined, written | flags));

  const callsOf = (name: string, signatures: readonly ts.Signature[]): string[] =>
    signatures.map((own) => {
      // What is optional may be undefined: that is not said twice.
      const text = checker.signatureToString(own, undefined, written);
      return `${name}${withoutPaths(text).replaceAll(/(\w\?: [^,()]*?) \| undefined(?=[,)])/g, '$1')}`;
    });

  /** How a symbol is written where it is used. */
  function signaturesOf(name: string, symbol: ts.Symbol, type: ts.Type): string[] {
    if (symbol.flags & ts.SymbolFlags.Class)
      return callsOf(`new ${name}`, type.getConstructSignatures()).map((own) => own.replace(/: \w+$/, ''));
    if (symbol.flags & ts.SymbolFlags.Interface) {
      const fields = checker.getDeclaredTypeOfSymbol(symbol).getProperties();
      const isOptional = (own: ts.Symbol): boolean => (own.flags & ts.SymbolFlags.Optional) !== 0;
      return [`{ ${fields.map((own) => `${own.name}${isOptional(own) ? '?' : ''}`).join(', ')} }`];
    }
    if (symbol.flags & ts.SymbolFlags.TypeAlias)
      return [typeText(checker.getDeclaredTypeOfSymbol(symbol), ts.TypeFormatFlags.InTypeAlias)];
    const calls = type.getCallSignatures();
    return calls.length > 0 ? callsOf(name, calls) : [`${name}: ${typeText(type)}`];
  }

  /** Methods and properties of a class that are declared here. */
  const membersOf = (symbol: ts.Symbol): Documented[] =>
    checker
      .getDeclaredTypeOfSymbol(symbol)
      .getProperties()
      .filter((own) => {
        const declaration = own.declarations?.[0];
        const isOurs = declaration?.getSourceFile().fileName.startsWith(join(root, 'src'));
        if (!isOurs || !declaration || !ts.isClassElement(declaration)) return false;
        const isHidden = declaration.name !== undefined && ts.isPrivateIdentifier(declaration.name);
        return (
          !isHidden &&
          !(ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.NonPublicAccessibilityModifier)
        );
      })
      .map((own) => read(own))
      .sort((a, b) => (a.name < b.name ? -1 : 1));

  function read(exported: ts.Symbol): Documented {
    const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
    const symbol = isAlias ? checker.getAliasedSymbol(exported) : exported;
    const declaration = symbol.declarations?.[0];
    if (!declaration) throw new Error(`${exported.name} is declared nowhere`);
    const file = declaration.getSourceFile().fileName.slice(root.length + 1);
    const isModule = (symbol.flags & ts.SymbolFlags.ValueModule) !== 0;
    const tags = symbol.getJsDocTags(checker);
    const textOf = (name: string): string =>
      tags
        .filter((tag) => tag.name === name)
        .map((tag) => ts.displayPartsToString(tag.text).trim())
        .join('\n');
    const told = new Map(
      tags
        .filter((tag) => tag.name === 'param')
        .map((tag) => {
          const [, name = '', text = ''] = /^(\S+)\s*([\s\S]*)$/.exec(oneLine(tag.text)) ?? [];
          return [name, text] as const;
        }),
    );
    const type = isModule ? undefined : checker.getTypeOfSymbolAtLocation(symbol, declaration);
    const signature = type?.getCallSignatures()[0];
    return {
      name: exported.name,
      kind: isModule
        ? 'namespace'
        : symbol.flags & ts.SymbolFlags.Class
          ? 'class'
          : symbol.flags & ts.SymbolFlags.Type
            ? 'type'
            : signature
              ? 'function'
              : 'value',
      signatures: type ? signaturesOf(exported.name, symbol, type) : [],
      file,
      text: oneLine(symbol.getDocumentationComment(checker)),
      fields: (signature?.parameters ?? []).flatMap((parameter) => fieldsOf(parameter, told)),
      returns: textOf('returns'),
      errors: textOf('throws'),
      example: textOf('example'),
      members: isModule ? exportsOf(symbol) : symbol.flags & ts.SymbolFlags.Class ? membersOf(symbol) : [],
    };
  }

  function fieldsOf(parameter: ts.Symbol, told: ReadonlyMap<string, string>): Field[] {
    const declaration = parameter.valueDeclaration as ts.ParameterDeclaration;
    const optional = declaration.initializer !== undefined || declaration.questionToken !== undefined;
    const own = { name: parameter.name, optional, text: told.get(parameter.name) ?? '' };
    if (parameter.name !== 'options') return [own];
    const type = checker.getTypeOfSymbolAtLocation(parameter, declaration);
    const properties = checker.getNonNullableType(type).getProperties();
    return [
      own,
      ...properties.map((property) => ({
        name: `options.${property.name}`,
        optional: (property.flags & ts.SymbolFlags.Optional) !== 0,
        text: told.get(`options.${property.name}`) ?? oneLine(property.getDocumentationComment(checker)),
      })),
    ];
  }

  return paths.map((path) => exportsOf(checker.getSymbolAtLocation(program.getSourceFile(path)!)!));
}
