import { STATES, type State } from "../api/types";
import { label } from "./StateBadge";

interface Props {
  chosen: readonly State[];
  onChange: (states: State[]) => void;
}

/** Which states to show. None chosen means all of them. */
export function StateFilter({ chosen, onChange }: Props) {
  function toggle(state: State) {
    onChange(STATES.filter((each) => (each === state) !== chosen.includes(each)));
  }

  return (
    <fieldset className="filter">
      <legend>State</legend>
      {STATES.map((state) => (
        <label key={state}>
          <input type="checkbox" checked={chosen.includes(state)} onChange={() => toggle(state)} />
          {label(state)}
        </label>
      ))}
    </fieldset>
  );
}
