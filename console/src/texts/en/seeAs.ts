export const seeAs = {
  title: 'seeAs',
};
