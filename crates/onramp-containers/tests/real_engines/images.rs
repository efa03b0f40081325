use onramp_containers::{Endpoint, Engine, EngineError, NoEngine, Origin, Reason};
use onramp_core::{Failure, FailureKind};

use crate::machine::Machine;

#[test]
fn an_image_that_is_absent_is_not_an_engine_that_is_absent() {
    let Some(machine) = Machine::new() else { return };
    let image = "onramp-test/nothing:1";
    assert_eq!(machine.engine.has_image(image), Ok(false));
    let error = machine.engine.run(&machine.cancel, &machine.spec(image)).unwrap_err();
    assert!(matches!(&error, EngineError::ImageAbsent { image: absent, .. } if absent == image), "{error:?}");
    let failure = Failure::from(error);
    assert_eq!(failure.kind, FailureKind::Environment);
    let program = machine.engine.product().to_string().to_lowercase();
    assert_eq!(failure.hint, Some(format!("{program} pull onramp-test/nothing:1")));

    let absence: NoEngine =
        Engine::find(&[Endpoint::unix("/nowhere/docker.sock", Origin::Docker)]).unwrap_err();
    assert_eq!(absence.refusals[0].reason, Reason::NoSocket);
    assert_eq!(
        absence.to_string(),
        "no container engine answers: unix:///nowhere/docker.sock (a usual place of Docker): no socket"
    );
    assert_eq!(Failure::from(absence).kind, FailureKind::Environment);
}
