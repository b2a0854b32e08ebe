export const decisions = {
  title: 'decisions',
};
