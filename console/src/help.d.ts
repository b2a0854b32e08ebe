declare module 'virtual:help/en' {
  const pages: Record<string, { title: string; html: string }>;
  export default pages;
}
declare module 'virtual:help/de' {
  const pages: Record<string, { title: string; html: string }>;
  export default pages;
}
