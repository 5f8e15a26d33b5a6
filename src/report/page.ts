import { Html, html } from './html.ts';
import { style } from './style.ts';

/** A fact in large figures. */
export interface KeyFact {
  readonly name: string;
  readonly value: string;
  readonly note?: string;
}

export interface Page {
  readonly title: string;
  /** One sentence. */
  readonly lead: string;
  readonly facts: readonly KeyFact[];
  /** Each with the name by which the list of contents calls it. */
  readonly sections: readonly { readonly id: string; readonly name: string; readonly html: Html }[];
  /** What does not apply, and why. */
  readonly leftOut: readonly string[];
  readonly version: string | undefined;
}

/** Nothing may be loaded and no script may run, whatever stands in the texts. */
const policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/** The whole document. */
export function pageOf({ title, lead, facts, sections, leftOut, version }: Page): string {
  const generator = version === undefined ? 'Atrous' : `Atrous ${version}`;
  const body = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${generator}">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p class="lead">${lead}</p>
<dl class="facts">${facts.map(({ name, value, note }) => html`<div><dt>${name}</dt><dd>${value}${note && html`<small>${note}</small>`}</dd></div>`)}</dl>
<nav aria-label="Contents"><ul>${sections.map(({ id, name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
</header>
<main>
${sections.map(({ html: section }) => html`${section}\n`)}
</main>
<footer>
${leftOut.length > 0 && html`<p>Not shown: ${leftOut.join('; ')}.</p>`}
<p>Written by ${generator}. This file holds all that it shows and loads nothing.</p>
</footer>
</body>
</html>
`;
  return body.text;
}
