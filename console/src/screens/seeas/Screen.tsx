/** One person's screen: what is there, area by area, and apart from it the outlines of what is not. */
import { Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Counts } from './Counts';
import { Frame } from './Frame';
import { Mock } from './Mock';
import { type Area, areaOf, byArea, type ControlShown } from './screen';

interface Given {
  controls: ControlShown[];
  who: string;
  subject: string;
  product: string;
  resource: string;
}

export function Screen({ controls, who, subject, product, resource }: Given) {
  const { t } = useTranslation('seeAs');
  const shown = controls.filter((one) => one.presentation.state !== 'hidden');
  const hidden = controls.filter((one) => one.presentation.state === 'hidden');
  const of = { subject, resource };
  return (
    <>
      <Counts controls={controls} />
      <Frame who={who} product={product} resource={resource}>
        {shown.length === 0 ? <p className="soft">{t('screen.none')}</p> : null}
        {byArea(shown, areaOf).map((area) => (
          <AreaShown key={area.title ?? ''} area={area} {...of} />
        ))}
      </Frame>
      {hidden.length > 0 ? (
        <section className="not-shown" aria-labelledby="not-shown">
          <Title order={2} size="h5" id="not-shown">
            {t('screen.notShownCount', { count: hidden.length })}
          </Title>
          <ul className="mocks">
            {hidden.map((one) => (
              <li key={one.permission}>
                <Mock control={one} {...of} />
              </li>
            ))}
          </ul>
        </section>
      ) : null}
    </>
  );
}

interface AreaGiven {
  area: Area<ControlShown>;
  subject: string;
  resource: string;
}

function AreaShown({ area, ...of }: AreaGiven) {
  const { t } = useTranslation('seeAs');
  return (
    <section className="mock-area">
      <Title order={3} size="h6">
        {area.title ?? t('screen.areas')}
      </Title>
      <ul className="mocks">
        {area.items.map((one) => (
          <li key={one.permission}>
            <Mock control={one} {...of} />
          </li>
        ))}
      </ul>
    </section>
  );
}
