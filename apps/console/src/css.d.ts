declare module '*.module.css' {
  const classes: Readonly<Record<string, string>>;
  export default classes;
}
declare module '*.css';
declare module '@fontsource-variable/inter';
declare module '*.ttf?url' {
  const address: string;
  export default address;
}
declare module '*.woff?url' {
  const address: string;
  export default address;
}
declare module '*.yaml?raw' {
  const text: string;
  export default text;
}
