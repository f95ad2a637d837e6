/** What a preview says after why it cannot read its cluster; a report about the preview says it again. */
export const stateOnly = "This preview compares with the state only.";
