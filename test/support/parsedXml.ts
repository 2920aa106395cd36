import sax from 'sax';

export type XmlElement = { name: string; attributes: Record<string, string>; text: string; children: XmlElement[] };

/** By a parser that is not ours, strictly. @throws what is not well-formed */
export function parsedXml(xml: string): XmlElement {
  const parser = sax.parser(true);
  const root: XmlElement = { name: '', attributes: {}, text: '', children: [] };
  const open = [root];
  parser.onerror = (error) => {
    throw error;
  };
  parser.onopentag = ({ name, attributes }) => {
    const element = { name, attributes, text: '', children: [] };
    open.at(-1)!.children.push(element);
    open.push(element);
  };
  parser.ontext = (text) => void (open.at(-1)!.text += text);
  parser.onclosetag = () => void open.pop();
  parser.write(xml).close();
  return root.children[0]!;
}

export const elementsOf = (element: XmlElement, name: string): XmlElement[] => [
  ...(element.name === name ? [element] : []),
  ...element.children.flatMap((child) => elementsOf(child, name)),
];
