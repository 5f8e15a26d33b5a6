/** The element of the page with this id. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element ${id}.`);
  return found as T;
}

/** The element with this id inside an SVG or as one. */
export function picture(id: string): SVGSVGElement {
  return element(id) as unknown as SVGSVGElement;
}
