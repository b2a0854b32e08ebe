/**
 * Deleting a role takes two steps: the server lists who would lose it and gives a token for exactly that; with the token, and
 * once the name has been typed, it is deleted. The preview in between shows who loses what.
 */
import { notifications } from '@mantine/notifications';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { client, must } from '~/api/client';
import { asProblem } from '~/api/problem';
import { type RoleShown, splitRole } from '~/api/types';
import { useChange } from '~/app/changes/ChangeProvider';
import { useHere } from '~/app/here';
import { problemText } from '~/parts/problemText';

export function useDelete(): (role: RoleShown) => Promise<void> {
  const { t } = useTranslation('roles');
  const { org } = useHere();
  const { change } = useChange();
  const navigate = useNavigate();
  return async (shown) => {
    const [product, role] = splitRole(shown.id);
    try {
      const asked = await must(
        client.POST('/v1/orgs/{org}/roles/{product}/{role}/deletion', {
          params: { path: { org, product, role } },
        }),
      );
      change({
        title: t('delete.title', { role: shown.title }),
        explain: t('delete.explain', { count: asked.assignments }),
        commands: [{ command: 'delete_role', id: shown.id, confirm: asked.token }],
        confirm: t('delete.confirm'),
        dangerous: true,
        typed: shown.title,
        onDone: () => void navigate({ to: '/roles' }),
      });
    } catch (error) {
      const { title, detail } = problemText(asProblem(error));
      notifications.show({ color: 'red', title, message: detail, autoClose: 15_000 });
    }
  };
}
