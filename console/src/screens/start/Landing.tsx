/** Where somebody starts is what the catalog says of their highest role, as the products' documents have it. */
import { Navigate } from '@tanstack/react-router';
import { split } from '~/api/types';
import { useHere } from '~/app/here';
import { placesFor } from '~/app/shell/places';

export function Landing() {
  const { me } = useHere();
  const at = me.landing?.at ?? undefined;
  const [kind, id] = at ? split(at) : ['', ''];
  switch (me.landing?.page) {
    case 'product_access':
      return <Navigate to="/products" replace />;
    case 'instances':
      return kind === 'product' ? (
        <Navigate to="/products/$product" params={{ product: id }} replace />
      ) : (
        <Navigate to="/products" replace />
      );
    case 'projects':
      return <Navigate to="/where" search={{ at }} replace />;
    case 'users':
      return <Navigate to="/people" search={{ scope: at }} replace />;
    default:
      return <Navigate to={placesFor(me)[0]?.to ?? '/account'} replace />;
  }
}
