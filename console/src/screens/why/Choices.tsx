/** A few things of which one is probably meant. */
import { Group, Text, UnstyledButton } from '@mantine/core';

interface Given {
  label: string;
  choices: { id: string; title: string }[];
  choose: (id: string) => void;
}

/** So many are offered; the field finds the others. */
const OFFERED = 8;

export function Choices({ label, choices, choose }: Given) {
  if (choices.length === 0) return null;
  return (
    <Group gap={6} mt="sm">
      <Text size="xs" className="soft">
        {label}
      </Text>
      {choices.slice(0, OFFERED).map(({ id, title }) => (
        <UnstyledButton key={id} className="choice" onClick={() => choose(id)}>
          {title}
        </UnstyledButton>
      ))}
    </Group>
  );
}
