//! The names by which unknown vendors call things: letters and digits in lower case, by how surely they mean
//! the field.

/// Names of one field: a score each, and words that lower sureness less than an unknown name would.
pub(super) type Scores = &'static [(i32, &'static str)];

pub(super) const TIME: Scores = &[
    (100, "timestamp eventtime eventtimestamp occurredat"),
    (96, "createdat eventtimeutc"),
    (95, "time datetime eventdate eventdatetime activitydatetime activitytime actiontime timeofevent"),
    (94, "published publishedat"),
    (
        92,
        "created ts performedat performedon happenedat eventts evttime evtts occurred occurredon \
     occurrencetime occured occuredat occuredon auditedat eventat actionat eventtimestamputc",
    ),
    (
        90,
        "date when dateutc timeutc creationtime creationdate createdtime createddate createdon \
     timegenerated eventcreated loggedat timestampms eventcreatedat actiondate activitydate \
     auditdate audittime logtimestamp instant eventinstant insertinstant createinstant recordtime recordtimestamp entrytime entrydate datetimeutc \
     utctime utcdatetime utctimestamp eventdatetimeutc tstamp stamp timestamputc createtime \
     datecreatedutc happened operationtime operationdate changedate changedat changedon \
     changetime timecreated activityat loggedon loggeddate",
    ),
    (91, "optime executiontime creationtimestamp"),
    (88, "generatedat logtime logdate datecreate datecreated effectiveat unixtime"),
    (86, "recordedat"),
    (85, "epoch clock inserttime auditinserttime"),
    (
        84,
        "requesttimestamp issuedat postedat submittedat reportedat observedtime observedtimestamp \
     messagetime sentat initiatedat executedat",
    ),
    (82, "requesttime"),
    (
        80,
        "starttime begintime isodate zeit zeitstempel datum fecha fechahora fechayhora horodatage datumuhrzeit \
     zeitpunkt dateheure dataora dataehora tijdstip",
    ),
    (78, "startedat"),
    (75, "insertedat udate aedat cpudt"),
    (70, "receivedat localtime"),
    (66, "received"),
    (60, "endtime at utc"),
    (50, "updatedat modifiedat"),
    (45, "lastmodified lastupdated"),
    (40, "ingestedat ingestiontime processedat"),
    (30, "numberlong"),
];

pub(super) const ACTOR_ROLES: Scores = &[
    (100, "actor"),
    (99, "actoruser eventactor actors"),
    (98, "performedby performer initiator initiatedby admininitiator"),
    (97, "initiatinguser actinguser performinguser sourceuser performedbyuser actionby actionedby"),
    (96, "causer"),
    (95, "whodunnit"),
    (94, "executedby madeby actionuser"),
    (92, "caller doneby useridentity"),
    (90, "requestedby author changedby triggeredby instigator srcuser calleridentity"),
    (
        88,
        "authdetails requester principal operator executor invoker originator authenticationinfo audituser \
     adminuser authenticateduser editedby invokedby requestuser",
    ),
    (86, "modifiedby subjectuser operatedby lastmodifiedbyuser"),
    (85, "who setby durchgeführtvon ausgeführtvon geändertvon effectuépar effectuepar realizadopor"),
    (
        84,
        "createdby updatedby admin administrator startedby modifier loggedinuser authuser eventuser \
     createdbyuser deletedby addedby removedby submittedby requestor submituser",
    ),
    (82, "userinfo userdetails useraccount"),
    (92, "serverprincipal sessionserverprincipal"),
    (80, "ugi"),
    (81, "dbusername dbuser databaseuser systemaccount csusername parentuser"),
    (
        80,
        "user username useremail creator loginname submitter sessionuser remoteuser currentuser usr userlogin",
    ),
    (82, "acteduser userprincipal loggedprincipal subjectname"),
    (78, "identity userid"),
    (76, "suser usrname teammember userdata profile"),
    (
        74,
        "login person employee staff benutzer nutzer utilisateur usuario auteur uname loginid benutzername anwender bearbeiter utente gebruiker usuário nomutilisateur autor",
    ),
    (70, "member userprofile editor lastmodifiedby whoami adminname"),
    (66, "approvedby uploadedby sentby grantedby"),
    (62, "email"),
    (60, "sender by accountname human effectiveuser contributor"),
    (55, "subject mail"),
    (50, "agent duser"),
    (56, "auth authentication authinfo"),
    (46, "account"),
    (44, "accesskey osusername osuser"),
    (40, "source"),
    (35, "owner"),
    (30, "client accesskeyid apikeyid tokenid keyid apikeyname tokenname"),
    (25, "session"),
];

pub(super) const TARGET_ROLES: Scores = &[
    (100, "target targets targetresources"),
    (
        98,
        "targetuser targetobject targetentity targetresource affectedresource affecteduser \
     affectedentity affectedobjects",
    ),
    (95, "affectedobject affecteditem resource resources"),
    (94, "objectitem targetitem"),
    (
        92,
        "objekt objeto objet oggetto objectname object affected entity auditable changedobject modifiedobject auditableobject",
    ),
    (90, "entities"),
    (88, "rootresource primaryreference primaryresource primaryobject primaryentity primarytarget reference"),
    (84, "item objectref objectinfo subjectobject"),
    (80, "asset ressource recurso risorsa cible datensatz object1"),
    (70, "associateditem relatedobject relatedentity aggregate"),
    (66, "document"),
    (64, "file"),
    (60, "subject model onwhat"),
    (55, "record"),
    (50, "project component recipient repo repository"),
    (44, "page workspaceitem ticket issue channel folder board base employee door doorname reader camera"),
    (40, "destination group role device policy table"),
    (48, "cfgobj vm virtualmachine bucket subscription template"),
    (46, "branch table secret integration webhook dataset"),
    (38, "application"),
    (37, "parent"),
    (36, "dest"),
    (30, "app content"),
];

pub(super) const EMAIL: Scores = &[
    (100, "email emailaddress principalemail"),
    (98, "primaryemail mailaddress workemail"),
    (95, "emailaddr useremail"),
    (90, "mail userprincipalname"),
    (85, "upn"),
    (80, "alternateid"),
    (75, "loginname"),
    (72, "username"),
    (70, "login"),
    (60, "-"),
    (50, "principal"),
    (45, "name"),
    (40, "id identity"),
    (30, "key"),
];

pub(super) const PERSON: Scores = &[
    (100, "displayname"),
    (98, "fullname personname"),
    (96, "name"),
    (92, "friendlyname"),
    (90, "username realname"),
    (88, "login loginname uname label display"),
    (84, "- samaccountname loginid"),
    (78, "descriptor"),
    (70, "by accountname filename screenname handle repr userprincipalname givenname firstname"),
    (68, "user actorname subjectname principalname usr member"),
    (66, "slug"),
    (60, "nickname title principal shortname identity"),
    (50, "account"),
    (45, "path identifier"),
    (40, "value"),
    (35, "summary"),
    (30, "desc details"),
];

pub(super) const ID: Scores = &[
    (100, "id"),
    (95, "uid uuid"),
    (92, "guid userid"),
    (88, "principalid subjectid"),
    (85, "arn objectid"),
    (80, "pk"),
    (70, "identifier sid accountid oid externaluserid accountuuid uniqueid userkey accessorid"),
    (60, "key gid sub"),
    (55, "ids uuids"),
    (50, "- clientid"),
    (40, "ref number uri externalid"),
    (25, "href"),
];

pub(super) const KIND: Scores = &[(100, "type"), (95, "kind"), (90, "usertype actortype principaltype")];

pub(super) const TYPE: Scores = &[
    (100, "type"),
    (96, "typename"),
    (95, "kind"),
    (94, "entitykind resourcekind objectkind targettype modeltype itemtype"),
    (92, "typelabel"),
    (90, "resourcetype objecttype entitytype"),
    (60, "class contenttype"),
    (50, "model"),
    (40, "category"),
];

pub(super) const ACTION: Scores = &[
    (100, "action"),
    (99, "actionname"),
    (98, "eventname"),
    (97, "operationname"),
    (
        96,
        "operation eventaction auditaction actionkey actioncode auditactiontype auditeventtype \
     evtname eventtypecode auditlogtype auditlogaction",
    ),
    (95, "actionperformed actionlabel evttype operationcode op"),
    (94, "eventtype actiontype"),
    (93, "activityname activitydisplayname"),
    (
        92,
        "activity eventtypeid eventtypename eventlabel eventtitle actiontext opname optype activitykey \
     activitycode activitylabel auditactivity actionkind",
    ),
    (90, "activitytype auditevent methodname"),
    (90, "activityaction"),
    (
        88,
        "event evt eventkind audittypename aktion vorgang accion acción azione actie opération operación operação \
     operazione ereignis événement evenement evento aktivität activité actividad ação",
    ),
    (84, "eventkey verb audittype"),
    (82, "commandtag actionid operationtypename"),
    (80, "actiontaken"),
    (78, "actionidentifier commandclass sqlcommand"),
    (76, "eventcode eventsubtype actionsubtype activitysubtype"),
    (70, "apimethod act tracename"),
    (62, "type"),
    (
        60,
        "did cmd command operationtype what changetype interaction topic transactiontype eventclass subtype",
    ),
    (52, "actiondescription"),
    (50, "crud eventdescription requesttype functionname rpcmethod"),
    (44, "method csmethod"),
    (36, "change function messagetype trigger signature"),
    (34, "name"),
    (32, "title"),
    (30, "message msg summary task api requestmethod httpmethod"),
    (28, "description"),
    (24, "code"),
    (22, "label"),
    (20, "eventid"),
    (14, "key request"),
    (12, "query"),
    (10, "log"),
];

pub(super) const CATEGORY: Scores = &[
    (100, "category eventcategory"),
    (98, "categoryname"),
    (90, "eventgroup actioncategory activitycategory auditcategory group"),
    (80, "module"),
    (78, "area section eventarea domain"),
    (76, "servicename service"),
    (70, "eventsource workload"),
    (64, "component"),
    (60, "product subsystem"),
    (58, "querytype statementtype"),
    (56, "eventtype logtype"),
    (40, "type scope application"),
];

pub(super) const IP: Scores = &[
    (100, "ip ipaddress ipaddr"),
    (98, "sourceip sourceipaddress clientip clientipaddress actorip actoripaddress"),
    (
        97,
        "remoteip remoteaddr remoteaddress callerip calleripaddress requesterip originatingip \
     actoripaddr",
    ),
    (96, "srcip userip useripaddress"),
    (
        94,
        "requestip srcipaddr userhostaddress sourcenetworkaddress clientipaddr remoteipaddress \
     endpointip viewerip visitorip browserip machineip ipclient ipsource originalip networkip",
    ),
    (92, "cip whoip originip initiatorip sourceaddress clientaddress clientaddr"),
    (90, "loginip sourceips fromip trueclientip sourceaddr adminip"),
    (84, "xforwardedfor accessip publicip externalip"),
    (
        80,
        "remotehost ipv4 forwardedfor ips realip cfconnectingip eventip connectionip ipaddresses \
     hostaddress hostaddr sip ipadresse adresseip direccionip direcciónip indirizzoip ipadres endereçoip",
    ),
    (70, "ipv6 address addr src"),
    (60, "hostip source client"),
    (55, "origin"),
    (50, "location peer deviceip"),
    (40, "host from ipchain"),
    (30, "privateip internalip"),
    (20, "hostname localip"),
];

pub(super) const COUNTRY: Scores =
    &[(100, "country"), (98, "countrycode"), (96, "countryname ipcountry geocountry"), (90, "countryiso")];

pub(super) const OUTCOME: Scores = &[
    (100, "outcome"),
    (98, "eventoutcome"),
    (96, "result eventresult"),
    (
        94,
        "success succeeded issuccess issuccessful successful resultstatus actionresult wassuccessful \
     successflag isok",
    ),
    (93, "statustype loginsucceeded authenticationresult"),
    (92, "actionstatus loginresult completionstatus executionstatus auditresult auditoutcome"),
    (88, "operationstatus"),
    (86, "eventstatus"),
    (
        84,
        "status loginstatus authresult accessgranted ergebnis résultat resultat resultado risultato resultaat esito statut",
    ),
    (80, "responsestatus allowed ok"),
    (78, "responsestatuscode scstatus"),
    (76, "statuscode responsecode"),
    (72, "httpstatuscode"),
    (70, "resulttype httpstatus decision resultcode statustext statusname verdict isallowed"),
    (60, "authorized permitted granted authenticated"),
    (50, "disposition info"),
    (36, "state"),
    (30, "code"),
];

/// Numbers of which only 0 is well.
pub(super) const RETURNED: Scores = &[
    (90, "returncode retcode exitcode exitstatus sqlcode sqlreturncode"),
    (60, "errno errornumber errcode"),
];

pub(super) const FAILED: Scores = &[(90, "isfailure failed isfailed"), (80, "haserror iserror denied")];

pub(super) const REASON: Scores = &[
    (100, "reason outcomereason resultreason"),
    (98, "failurereason"),
    (97, "failuremessage"),
    (96, "errormessage"),
    (90, "errordescription failreason errormsg denyreason statusreason"),
    (84, "resultdescription"),
    (80, "statusmessage statusdescription"),
    (60, "error errorcode errordetails exception"),
];

pub(super) const EVENT_ID: Scores = &[
    (100, "eventid eventuuid"),
    (98, "auditid"),
    (96, "logid auditlogid eventguid"),
    (94, "recordid"),
    (92, "uuid entryid"),
    (90, "insertid"),
    (88, "guid uniqueid"),
    (84, "id"),
    (80, "messageid uniquequalifier"),
    (70, "activityid"),
    (60, "eventkey"),
    (50, "oid"),
];

pub(super) const REQUEST: Scores = &[
    (100, "requestid xrequestid"),
    (98, "requestuuid apirequestid"),
    (96, "reqid httprequestid"),
    (92, "correlationid"),
    (90, "correlationuid traceuid"),
    (88, "traceid"),
    (86, "transactionid"),
    (76, "operationid trackingid"),
    (60, "trace cid"),
];

pub(super) const SESSION: Scores = &[
    (100, "sessionid"),
    (98, "sessionuuid"),
    (96, "externalsessionid"),
    (90, "loginsessionid"),
    (80, "session"),
    (70, "sid"),
    (60, "sessionkey"),
];

pub(super) const WORKSPACE: Scores = &[
    (102, "workspacename"),
    (100, "workspace organizationname"),
    (99, "orgname"),
    (98, "tenantname"),
    (96, "organization"),
    (95, "org"),
    (94, "tenant"),
    (90, "workspaceid"),
    (86, "organizationid"),
    (85, "orgid"),
    (84, "tenantid"),
    (80, "companyname"),
    (78, "company"),
    (60, "recipientaccountid"),
    (54, "accountname projectname"),
    (50, "accountid projectid customerid subscriptionid enterprise"),
    (46, "teamname"),
    (40, "environment teamid"),
    (36, "sitename"),
    (30, "siteid "),
];

pub(super) const CLIENT: Scores = &[
    (102, "rawuseragent"),
    (100, "useragent"),
    (99, "csuseragent"),
    (98, "clientuseragent httpuseragent actoruseragent calleruseragent callersupplieduseragent"),
    (96, "requestuseragent browseruseragent httpagent"),
    (90, "ua"),
    (84, "uastring agentstring"),
    (60, "browser"),
    (50, "clientapplication"),
];

pub(super) const SUMMARY: Scores = &[
    (100, "summary"),
    (98, "displaymessage"),
    (
        96,
        "description eventdescription eventsummary auditmessage actionmessage logmessage displaytext \
     longdescription remarks remark eventinfo logdesc",
    ),
    (94, "message eventmessage"),
    (90, "msg humanreadable formattedmessage actiondescription shortdescription sentence readable"),
    (70, "text"),
    (60, "title"),
    (56, "remarks remark comment"),
    (50, "details detail content"),
    (40, "note log"),
];

/// Where a request went: what it was done to, where nothing else is named.
pub(super) const PLACE: Scores = &[
    (90, "requesturi requestpath urlpath csuristem uristem resourcepath"),
    (84, "src source"),
    (82, "fspath filepath objectpath virtualpath sourcepath folderpath targetpath"),
    (80, "path uri requesturl"),
    (60, "url endpoint route apipath"),
    (40, "what"),
];
