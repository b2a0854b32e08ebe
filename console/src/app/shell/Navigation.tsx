import { NavLink, ScrollArea, Text } from '@mantine/core';
import { IconBook2 } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useHere } from '~/app/here';
import { placesFor } from './places';

const GROUPS = ['ask', 'administer', 'watch'] as const;

/** Only what there is for me. */
export function Navigation({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const { me } = useHere();
  const places = placesFor(me);
  return (
    <ScrollArea component="nav" aria-label={t('shell.navigation')} p="xs" h="100%">
      {GROUPS.map((group) => {
        const those = places.filter((place) => place.group === group);
        return those.length === 0 ? null : (
          <div key={group} className="nav-group">
            <Text size="xs" c="dimmed" fw={600} px="sm" pt="sm" pb={4}>
              {t(`shell.groups.${group}`)}
            </Text>
            {those.map((place) => (
              <NavLink
                key={place.id}
                renderRoot={(props) => (
                  <Link
                    to={place.to}
                    onClick={close}
                    {...props}
                    activeProps={{ 'data-active': true, 'aria-current': 'page' }}
                  />
                )}
                label={t(`places.${place.id}`)}
                leftSection={<place.icon size={18} stroke={1.6} aria-hidden />}
                className="nav-link"
              />
            ))}
          </div>
        );
      })}
      <div className="nav-group">
        <NavLink
          renderRoot={(props) => (
            <Link to="/help" onClick={close} {...props} activeProps={{ 'data-active': true }} />
          )}
          label={t('places.help')}
          leftSection={<IconBook2 size={18} stroke={1.6} aria-hidden />}
          className="nav-link"
          mt="sm"
        />
      </div>
    </ScrollArea>
  );
}
