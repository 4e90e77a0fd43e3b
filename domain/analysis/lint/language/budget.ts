/** A search was given up; never leaves domain/analysis/lint. */
export class Exhausted extends Error {}

/** Work that a search may do: characters of the keys that it makes, since what a step costs grows with what is left. */
export interface Budget {
  /** Throws Exhausted when there is none left. */
  spend(work: number): void;
  /** A budget of its own for one search, which is spent from this one too. */
  forOne(): Budget;
}

/** About a second for a whole set of policies, and less than half of it for one comparison. */
const ofSet = 60_000_000;
const ofOne = 12_000_000;

/** A budget for everything that is compared in one set of policies. */
export function createBudget(total = ofSet, one = ofOne): Budget {
  let left = total;
  const budget: Budget = {
    spend(work) {
      left -= work;
      if (left < 0) throw new Exhausted();
    },
    forOne() {
      const own = createBudget(one, one);
      return {
        spend(work) {
          budget.spend(work);
          own.spend(work);
        },
        forOne: () => own,
      };
    },
  };
  return budget;
}
