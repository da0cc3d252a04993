//! Words that lead away from what a name seems to mean.

/// Keys whose values belong to something else than the act itself.
pub(super) const FOREIGN: &str = "target targets object resource resources entity actor user device client geo metadata \
     changes changedetails differences diff diffs modifications old new before after previous tags labels policy payload parameters request response \
     requestparameters responseelements observer agent host cloud app application account \
     organization project item useridentity subject destination server session role group";

/// Words before `id` or `name` that are no thing that was acted on.
pub(super) const NO_THING: &str = "user actor account org organization organisation tenant customer company workspace \
     team session request req trace span correlation event evt log audit transaction client device node message msg \
     thread process connection login host instance member admin caller principal app application source parent \
     enterprise action batch operation activity record entry client task job token api version auth realm region \
     country city zone browser os platform agent service product module system server cluster display first last full \
     middle nick user mail category type group role policy interface acting performed by external internal unique \
     sequence serial tag page cursor next previous environment env method protocol scope deployment file field property column chain";
