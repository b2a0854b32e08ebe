/** What the server decides, in the words of people: outcomes, reasons, and what a screen shows. */
export const decisions = {
  outcomes: { allow: 'Allowed', needs_approval: 'Needs approval', deny: 'Not allowed' },
  /** After a colon or as a sentence of its own. */
  reasons: {
    unknown_subject: 'Nobody of this name is known here.',
    unknown_permission: 'No product that is switched on knows this permission.',
    ambiguous_permission: 'Several products know this permission, and nothing says which one is meant.',
    unknown_resource_type: 'No product that is switched on knows this kind of thing.',
    unknown_parent: 'It is said to stand under something that is not known here.',
    other_product: 'The permission belongs to another product than this place.',
    subject_inactive: 'The account is not active, so none of its roles count.',
    key_revoked: 'The API key was revoked.',
    key_expired: 'The API key has expired.',
    origin_not_allowed: 'The API key is used from a website that is not on its list.',
    no_role: 'There is no role in this product at all.',
    permission_not_granted: 'None of the roles held here grants it.',
    not_reached: 'A role that would do is held, but for another place.',
    expired: 'The role that would do has expired.',
    not_started: 'The role that would do starts later.',
    role_not_public: 'The role is not for API keys that are used in browsers.',
    role_inactive: 'The role that would do has no effect: something that it needs is missing.',
    refined_away: 'A role given at this very place replaces the wider one that would do.',
    condition_error: 'A condition could not be worked out, so it counts as not met.',
    condition_false: 'A condition is not met.',
    over_budget: 'The amount is more than what is left of the budget.',
    approval_required: 'Somebody has to approve first.',
    approved: 'Somebody has approved.',
    granted: 'A role grants it.',
  },
  /** On a small label. */
  states: {
    enabled: 'Usable',
    hidden: 'Not shown',
    disabled: 'Greyed out',
    read_only: 'Read only',
    replaced: 'Replaced',
  },
  /** As a sentence about a screen. */
  screens: {
    enabled: 'The screen shows it, ready to use.',
    hidden: 'The screen does not show it.',
    disabled: 'The screen shows it greyed out.',
    read_only: 'The screen shows it, without a way to change it.',
    replaced: 'The screen shows “{{instead}}” instead.',
    replacedPlain: 'The screen shows something else instead.',
  },
};
