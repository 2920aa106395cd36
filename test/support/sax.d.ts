/** What the tests use of the package: it comes without types. */
declare module 'sax' {
  type Tag = { name: string; attributes: Record<string, string> };
  type Parser = {
    onerror: (error: Error) => void;
    onopentag: (tag: Tag) => void;
    ontext: (text: string) => void;
    onclosetag: (name: string) => void;
    write(text: string): Parser;
    close(): void;
  };
  const sax: { parser(strict: boolean): Parser };
  export default sax;
}
