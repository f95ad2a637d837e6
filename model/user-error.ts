/** Something the user can put right: its text is all there is to say, without a stack. */
export class UserError extends Error {
    override readonly name = "UserError";
}
