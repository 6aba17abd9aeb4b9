/** Something the reader of the log can mend: its message is the whole story, a stack would only hide it. */
export class Failure extends Error {}
