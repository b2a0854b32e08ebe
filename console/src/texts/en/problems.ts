/** By the code of the problem; what is not here is said in the server's words. */
export const problems = {
  unreachable: {
    title: 'The server does not answer',
    detail: 'Look at your connection. What you typed is still here.',
  },
  unauthenticated: {
    title: 'You are not signed in any more',
    detail: 'Sign in again; then you come back here.',
  },
  sign_in_failed: {
    title: 'That did not work',
    detail: 'The name or the password is wrong, or the account may not sign in.',
  },
  organization_needed: {
    title: 'Which organization?',
    detail: 'This server has several. Type the name of yours as well.',
  },
  other: { title: 'That did not work' },
};
