export const matrix = {
  title: 'matrix',
};
