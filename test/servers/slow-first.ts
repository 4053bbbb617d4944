import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Browsers, kills, restarts and whole services: what takes a minute and would otherwise run alone at the end. */
const SLOW =
  /accessibility|journey|-killed|-crash|restart|tamper|plans\.test|setup\.test|test\/archive\/reads/;

/** Runs the slow files first, so that all workers end together. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isSlow = ({ moduleId }: TestSpecification): boolean => SLOW.test(moduleId);
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))];
  }
}
