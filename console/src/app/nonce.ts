/** The number that the server put into this page: styles that parts add carry it, or the policy refuses them. */
import { setNonce } from 'get-nonce';

const given = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? '';
setNonce(given);

export const nonce = () => given;
