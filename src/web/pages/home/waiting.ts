import type { People } from "../../../api/rooms.ts";
import { mayDo } from "../../../policy/roles.ts";
import { paths } from "../../paths.ts";
import { sayTime } from "../../words/london-time.ts";
import type { Caller } from "../../../identity/caller.ts";

const said = (count: number, one: string, more: string): string =>
  count === 1 ? `One ${one}` : `${count} ${more}`;

/** What waits for a person: suspensions to decide about, and tasks that are overdue (ACC-3, ACC-5). */
export async function waitingFor(
  person: Caller,
  { suspicions, tasks }: People,
): Promise<readonly { readonly words: string; readonly href: string }[]> {
  const [waiting, overdue, link] = await Promise.all([
    mayDo(person.roles, "suspension.lift") ? suspicions.waiting(person) : 0,
    mayDo(person.roles, "task.see") ? tasks.counts(person).then((counts) => counts.overdue) : 0,
    tasks.linkAsked(person),
  ]);
  return [
    ...(link === undefined
      ? []
      : [
          {
            words: `On ${sayTime(link.at.toISOString()).short} ${link.by} asked for a new enrolment link for your account. If you did not ask for one, tell your supervisor`,
            href: paths.account(),
          },
        ]),
    ...(waiting === 0
      ? []
      : [
          {
            words: said(
              waiting,
              "suspicion is waiting for a decision",
              "suspicions are waiting for a decision",
            ),
            href: paths.suspicions(),
          },
        ]),
    ...(overdue === 0
      ? []
      : [{ words: said(overdue, "task is overdue", "tasks are overdue"), href: paths.tasks() }]),
  ];
}
