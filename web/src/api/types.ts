// The nouns of the API under the names that the screens use: aliases onto what is generated from the server's own
// description. Narrower only where the description says a word of a closed set. Nothing here fetches or formats.
import type { components } from "./schema";

type Schemas = components["schemas"];

/** The server sends every member; one without a value is `null`, never left out. */
type Sent<T> = T extends (infer U)[]
  ? Sent<U>[]
  : T extends object
    ? { [K in keyof T]-?: Sent<Exclude<T[K], undefined>> }
    : T;

type Narrow<T, N> = Omit<T, keyof N> & N;

/** A moment, RFC 3339 in UTC. */
export type Instant = string;

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type Role = "admin" | "operator" | "support" | "maintenance";

export type Right =
  | "read"
  | "reports"
  | "export"
  | "sessions_read"
  | "sessions"
  | "receipts"
  | "tokens_read"
  | "tokens"
  | "drivers_read"
  | "drivers"
  | "network"
  | "network_delete"
  | "migrate"
  | "command"
  | "raw_call"
  | "power"
  | "diagnostics"
  | "issues"
  | "alerts"
  | "tariffs"
  | "revenue"
  | "billing"
  | "organisation"
  | "operators"
  | "integrations"
  | "audit"
  | "administration";

export type Organisation = Sent<Schemas["Organisation"]>;
export type Passkey = Sent<Schemas["Passkey"]>;
export type SingleSignOn = Sent<Schemas["SingleSignOn"]>;
export type SetProvider = Schemas["SetProvider"];

export type SignedIn = Narrow<
  Sent<Schemas["SignedIn"]>,
  { operator: Narrow<Sent<Schemas["Operator"]>, { role: Role; permissions: Right[] }> }
> & { state: "signed_in" };

export interface SignedOut {
  state: "signed_out";
  demo?: Sent<Schemas["Demo"]> | null;
}

export interface HalfSignedIn {
  state: "second_factor";
}

export interface NotSetUp {
  state: "set_up";
}

export type Login = SignedIn | SignedOut | HalfSignedIn | NotSetUp;

export type Session = Narrow<Sent<Schemas["Session"]>, { status: "active" | "ended" }>;
export type Reading = Sent<Schemas["Reading"]>;

export type AttentionItem = Sent<Schemas["Attention"]>;
export type Overview = Narrow<Sent<Schemas["Overview"]>, { recent_sessions: Session[] }>;

export type SiteKind = "public" | "semi_public" | "private";
export type OpeningHours = Sent<Schemas["OpeningHours"]>;
export type SupportContact = Narrow<Sent<Schemas["SupportContact"]>, { hours: OpeningHours | null }>;
export type Site = Narrow<
  Sent<Schemas["Site"]>,
  { opening_hours: OpeningHours | null; support: SupportContact | null }
>;
export type Note = Sent<Schemas["Note"]>;
export type Document = Sent<Schemas["Document"]>;

export type Connector = Sent<Schemas["Connector"]>;
export type Evse = Sent<Schemas["Evse"]>;
export type Station = Omit<Sent<Schemas["Station"]>, "password">;
/** What creating a station returns: the password is shown this once. */
export type NewStation = Station & { password?: string | null };

export type Attempt = Sent<Schemas["Attempt"]>;
export type TimelineLine = Narrow<
  Sent<Schemas["TimelineLine"]>,
  { detail: Record<string, unknown> | null; cause: { command: string; by: string; at: Instant } | null }
>;
export type UptimeDay = Sent<Schemas["UptimeDay"]>;
export type BulkResult = Sent<Schemas["BulkResult"]>;
export type BulkJob = Narrow<
  Omit<Sent<Schemas["BulkJob"]>, "results">,
  { state: "running" | "done" | "cancelled" }
>;
export type BulkJobDetail = BulkJob & { results?: BulkResult[] };

export type Deviation = Sent<Schemas["Deviation"]>;
export type Quirk = Sent<Schemas["Quirk"]>;
export type Variable = Sent<Schemas["Variable"]>;

export type MessageKind =
  | "boot"
  | "status"
  | "authorisation"
  | "heartbeat"
  | "meter"
  | "transaction"
  | "profile"
  | "firmware"
  | "other";
export type Message = Narrow<Sent<Schemas["Message"]>, { direction: "received" | "sent"; kind: MessageKind }>;

export type Command = Sent<Schemas["CommandState"]>;
export type CommandRequest = Schemas["CommandRequest"];
export type RawAnswer = Narrow<Sent<Schemas["RawAnswer"]>, { answer: unknown }>;

export type Component = Sent<Schemas["Component"]>;
export type ModelVariable = Sent<Schemas["ModelVariable"]>;
export type ModelAttribute = Sent<Schemas["Attribute"]>;
export type Monitor = Sent<Schemas["Monitor"]>;
export type ComponentEvent = Sent<Schemas["ComponentEvent"]>;
export type StationItem = Narrow<Sent<Schemas["StationItem"]>, { body: unknown }>;
export type DriftLine = Narrow<Sent<Schemas["DriftLine"]>, { state: "same" | "different" | "unknown" }>;
export type Repaired = Sent<Schemas["Repaired"]>;

export type ProtocolMessage = Sent<Schemas["ProtocolMessage"]>;

export type LocalList = Sent<Schemas["LocalList"]>;
export type ChargingProfile = Schemas["ChargingProfile"];
export type WantedProfile = Narrow<Sent<Schemas["WantedProfile"]>, { profile: ChargingProfile }>;
export type LocalTariffs = Sent<Schemas["LocalTariffs"]>;
export type LocalTariff = LocalTariffs["items"][number];
export type Reservation = Sent<Schemas["Reservation"]>;

export type Template = Sent<Schemas["Template"]>;
export type TemplateRequest = Schemas["TemplateRequest"];
export type Campaign = Narrow<Sent<Schemas["Campaign"]>, { update: Schemas["UpdateFirmware"] }>;
export type CampaignTarget = Sent<Schemas["Target"]>;
export type CampaignDetail = Campaign & { targets: CampaignTarget[] };
export type CampaignRequest = Schemas["CampaignRequest"];

export type CertificateAuthority = Sent<Schemas["CertificateAuthority"]>;
export type Certificate = Sent<Schemas["Certificate"]>;
export type CertificateRequest = Sent<Schemas["CertificateRequest"]>;
export type InstalledCertificate = Sent<Schemas["InstalledCertificate"]>;
export type SecurityEvent = Sent<Schemas["SecurityEvent"]>;
export type StationSecurity = Sent<Schemas["StationSecurity"]>;
export type SecurityUpgrade = Sent<Schemas["SecurityUpgrade"]>;
export type PasswordRotation = Sent<Schemas["PasswordRotation"]>;
export type LogUpload = Sent<Schemas["LogUpload"]>;

export type FaultCause = "communication" | "hardware" | "power" | "vehicle" | "unknown";
export type Severity = "critical" | "warning" | "info";
export type Fault = Narrow<Sent<Schemas["Fault"]>, { cause: FaultCause; severity: Severity }>;
export type FaultGroup = Narrow<Sent<Schemas["FaultGroup"]>, { cause: FaultCause; severity: Severity }>;

export type IssueState = "open" | "in_progress" | "waiting" | "done";
export type IssuePriorityWord = "low" | "normal" | "high" | "urgent";
type IssueWords = { state: IssueState; priority: IssuePriorityWord };
export type Issue = Narrow<Sent<Schemas["Issue"]>, IssueWords>;
export type IssueEntry = Sent<Schemas["IssueEntry"]>;
export type IssueDetail = Issue & { entries: IssueEntry[] };
export type IssueRequest = Schemas["IssueRequest"];

export type AlertRule = Narrow<Sent<Schemas["AlertRule"]>, { severity: Severity }>;
export type AlertRuleRequest = Schemas["AlertRuleRequest"];
export type Alert = Sent<Schemas["Alert"]>;

export type Webhook = Omit<Sent<Schemas["Webhook"]>, "secret">;
/** What making a webhook or a new secret returns: the secret is shown this once. */
export type NewWebhook = Webhook & { secret: string };
export type WebhookRequest = Schemas["WebhookRequest"];
export type WebhookDelivery = Sent<Schemas["WebhookDelivery"]>;

export type Profile = Narrow<Sent<Schemas["Profile"]>, { packages: string[]; known_packages: string[] }>;
export type ProfileDetails = Profile["details"];
export type PostalAddress = ProfileDetails["registered"];
export type ProfileContact = ProfileDetails["general"];
export type ProfileRequest = Schemas["ProfileRequest"];

export type BrandAnswer = Sent<Schemas["BrandAnswer"]>;

export type UnknownStation = Sent<Schemas["UnknownStation"]>;

export type IdToken = Sent<Schemas["IdToken"]>;
export type KeyImport = Sent<Schemas["ImportIdTokensAnswer"]>;

export type Driver = Sent<Schemas["Driver"]>;
export type DriverWithGroups = Sent<Schemas["DriverWithGroups"]>;
export type DriverGroup = Sent<Schemas["DriverGroup"]>;
export type DriverImport = Sent<Schemas["ImportAnswer"]>;
export type DriverCodeLook = Sent<Schemas["DriverCodeLook"]>;
export type RedemptionCode = Sent<Schemas["RedemptionCode"]>;
export type Places = Sent<Schemas["PlacesShape"]>;
export type Car = Sent<Schemas["Car"]>;
export type Team = Sent<Schemas["Team"]>;
export type MemberDiscount = Sent<Schemas["MemberDiscount"]>;
export type Usage = Sent<Schemas["Usage"]>;
export type Plan = Sent<Schemas["Plan"]>;
export type Subscription = Sent<Schemas["Subscription"]>;
export type FleetCard = Sent<Schemas["FleetCard"]>;

export type ApiKey = Omit<Sent<Schemas["ApiKey"]>, "key">;
/** What creating a key returns: the key is shown this once. */
export type NewApiKey = ApiKey & { key: string };

/** One event of the live stream, which the description does not cover. */
export interface LiveEvent {
  id: number;
  at: Instant;
  organisation: number | string;
  site: string | null;
  station: string | null;
  type:
    | "connection"
    | "station"
    | "session"
    | "site"
    | "id_token"
    | "driver"
    | "message"
    | "command"
    | "unknown_station"
    | "bulk"
    | "booking"
    | "zone"
    | "fault"
    | "issue"
    | "security"
    | "organisation";
  online?: boolean;
  session?: string;
  command?: string;
  kind?: string;
}

export type Member = Narrow<Sent<Schemas["Member"]>, { role: Role }>;
export type Invitation = Narrow<Sent<Schemas["Invitation"]>, { role: Role }>;
export type InvitationLook = Sent<Schemas["InvitationLook"]>;
export type Account = Sent<Schemas["Account"]>;
export type OwnLogin = Sent<Schemas["OwnLogin"]>;
export type AuditActor = Sent<Schemas["AuditActor"]>;
type Side = Record<string, unknown> | null;
export type AuditEntry = Narrow<Sent<Schemas["AuditEntry"]>, { before: Side; after: Side }>;
export type Mail = Narrow<Sent<Schemas["Mail"]>, { state: "sent" | "waiting" | "failed" }>;

export type TariffRestrictions = Partial<Schemas["TariffRestrictions"]>;
export type PriceComponent = Schemas["PriceComponent"];
export type PriceLimit = Schemas["PriceLimit"];
export type TariffElement = Omit<Schemas["TariffElement"], "restrictions"> & {
  restrictions?: TariffRestrictions;
};
export type TariffRules = Omit<Schemas["TariffRules"], "elements"> & { elements: TariffElement[] };
export type TariffVersion = Omit<Schemas["TariffVersion"], "rules"> & { rules: TariffRules };
export type TariffUse = Narrow<Sent<Schemas["UseOfTariff"]>, { kind: "site" | "charger" | "public" }>;
export type Tariff = Omit<Schemas["Tariff"], "versions" | "uses"> & {
  versions: TariffVersion[];
  uses: TariffUse[];
};
export type StationTariff = Sent<Schemas["StationTariff"]>;
export type Receipt = Sent<Schemas["SessionReceipt"]>;

export type Amount = Schemas["Amount"];
export type LedgerEntry = Sent<Schemas["LedgerEntry"]>;
export type LedgerLine = Sent<Schemas["LedgerLine"]>;
export type LedgerEntryDetail = LedgerEntry & { lines: LedgerLine[] };
export type AccountBalance = Schemas["AccountBalance"];
export type Wallet = Sent<Schemas["Wallet"]> & { id?: string };
export type WalletRequest = Schemas["WalletRequest"];
export type Voucher = Sent<Schemas["Voucher"]>;
export type VoucherRequest = Schemas["VoucherRequest"];
export type BankAccount = Required<Schemas["BankAccount"]>;
export type PayoutStateWord = "requested" | "approved" | "paid" | "rejected";
export type StatementMonth = Schemas["StatementMonth"];
export type StatementInCurrency = Sent<Schemas["StatementInCurrency"]>;
export type RevenueStatement = StatementMonth & { time_zone: string; currencies: StatementInCurrency[] };
export type Payout = Narrow<Sent<Schemas["Payout"]>, { state: PayoutStateWord; bank: BankAccount }>;

export type IdleFeeRules = Omit<Schemas["IdleFeeRules"], "triggers"> & {
  triggers: Partial<Schemas["IdleFeeTriggers"]>;
};
export type IdleFee = Omit<Schemas["IdleFee"], "rules"> & { rules: IdleFeeRules };
export type ProfilePlaces = Sent<Schemas["ProfilePlaces"]>;
export type ProfilePeople = Sent<Schemas["ProfilePeople"]>;
export type ProfileWindow = Sent<Schemas["ProfileWindow"]>;
export interface AccessProfileRules {
  places: ProfilePlaces;
  people: ProfilePeople;
  times: ProfileWindow[];
  tariff_id?: string | null;
  idle_fee_id?: string | null;
}
export type AccessProfile = Omit<Schemas["AccessProfile"], "rules"> & { rules: AccessProfileRules };
export type KeyPayment = "never" | "only_free" | "with_payment" | "always";
export type SessionTerms = Omit<Sent<Schemas["SessionTerms"]>, "idle_fee"> & {
  idle_fee: (Omit<Schemas["TermsIdleFee"], "rules"> & { rules: IdleFeeRules }) | null;
};
export type Invoice = Narrow<
  Sent<Schemas["Invoice"]>,
  { state: "open" | "paid" | "taken_back" | "credit_note"; kind: "invoice" | "credit_note" }
>;
export type InvoiceDetail = Invoice &
  Omit<Sent<Schemas["InvoiceWithLines"]>, keyof Invoice> & { lines: Sent<Schemas["InvoiceLine"]>[] };
export type InvoiceRequest = Schemas["InvoiceRequest"];
export type OpenCharges = Sent<Schemas["OpenCharges"]>;

type BookingWord = { state: "booked" | "running" | "done" | "cancelled" | "expired" };
export type Booking = Narrow<Sent<Schemas["Booking"]>, BookingWord>;
export type BookingStory = Booking & Omit<Sent<Schemas["BookingStory"]>, keyof Booking>;
export type BookingRules = Schemas["BookingRules"];
export type SiteBookingRules = Sent<Omit<Schemas["SiteBookingRules"], "rules">> & { rules: BookingRules };
export type BookingSlot = Schemas["BookingSlot"];

export type SpotZone = Sent<Schemas["SpotZone"]>;
export type KnownZone = Schemas["KnownZone"];
export type SpotPrice = Narrow<Schemas["SpotPrice"], { source: "feed" | "file" | "demo" }>;
export type SpotPrices = Omit<Schemas["SpotPrices"], "prices"> & { prices: SpotPrice[] };
export type SpotImport = Schemas["SpotImportAnswer"];
export type CarbonIntensity = Schemas["CarbonIntensity"];
type CarbonProblem = Narrow<
  Schemas["CarbonImportProblem"],
  { problem: "time" | "length" | "grams" | "overlap" }
>;
export type CarbonImport = Omit<Schemas["CarbonImportAnswer"], "problems"> & { problems: CarbonProblem[] };
export type PriceProfile = Schemas["PriceProfile"];
export type PriceProfileRequest = Schemas["PriceProfileRequest"];
export type ProfileComponent = Schemas["ProfileComponent"];
export type HomePrice = Schemas["HomePrice"];
export type PriceOutlook = Sent<Schemas["PriceOutlook"]>;

export type Payment = Narrow<
  Sent<Schemas["Payment"]>,
  {
    kind: "top_up" | "collection" | "hold";
    state: "asked" | "processing" | "held" | "paid" | "failed" | "cancelled";
  }
>;
export type PaymentStep = Narrow<Sent<Schemas["PaymentStep"]>, { state: Payment["state"] }>;
export type PaymentDetail = { payment: Payment; steps: PaymentStep[] };
export type PaymentCard = Sent<Schemas["PaymentCard"]>;
export type CardLink = Schemas["CardLink"];
export type RefundRequest = Schemas["RefundRequest"];
type PaymentRules = Narrow<
  Sent<Schemas["PaymentRules"]>,
  { provider: "manual" | "stripe"; strategy: "post_pay" | "pre_authorise" | "prepaid" }
>;
export type PaymentSettings = { rules: PaymentRules | null; events_address: string };
export type PaymentSettingsRequest = Schemas["PaymentSettingsRequest"];
export type HomeCharger = Narrow<
  Sent<Schemas["HomeCharger"]>,
  { claim: "nobody" | "invited" | "expired" | "claimed" }
>;
export type HomeChargerWithCode = Omit<Sent<Schemas["HomeChargerWithCode"]>, "home_charger"> & {
  home_charger: HomeCharger;
};
export type HomeOwnerRequest = Schemas["HomeOwnerRequest"];
export type HomeChargerPrice = Omit<Schemas["HomeChargerPrice"], "outlook"> & { outlook: PriceOutlook };

type Currents = { l1: number; l2: number; l3: number };
export type ZoneEvse = Narrow<Sent<Schemas["EvseStanding"]>, { line: "l1" | "l2" | "l3" | null }>;
export type ZoneCircuit = Narrow<
  Sent<Schemas["ZoneStanding"]>,
  { capacity_ma: Currents; load_ma: Currents; usable_ma: Currents; given_ma: Currents; drawn_ma: Currents }
>;
export type Zone = Narrow<
  Sent<Schemas["Zone"]>,
  {
    capacity_ma: Currents;
    now: { at: string; zones: ZoneCircuit[]; evses: ZoneEvse[] } | null;
    chargers: { station_id: string; phases: number; rotation: string | null; priority: number }[];
  }
>;
export type ZoneCandidate = Sent<Schemas["CandidateShape"]>;
export type ZonePlan = Narrow<
  Sent<Schemas["ZonePlan"]>,
  { plan: PlanAhead | null; settings: Sent<Schemas["ZonePlanSettings"]> | null }
>;
export type PlanAhead = Narrow<
  Sent<Schemas["PlanAhead"]>,
  {
    intervals: Sent<Schemas["PlanInterval"]>[];
    cars: Sent<Schemas["PlanCar"]>[];
    free: Sent<Schemas["PlanFree"]>[];
  }
>;
export type ZoneMinute = Sent<Schemas["Minute"]>;
export type ZoneMeter = Narrow<
  Sent<Schemas["Meter"]>,
  { load: (Omit<Sent<Schemas["Load"]>, "load_ma"> & { load_ma: Currents }) | null }
>;
export type ZoneFeed = NonNullable<ZoneMeter["feed"]>;
export type ZoneMeterTrial = Narrow<Sent<Schemas["MeterTrial"]>, { load_ma: Currents | null }>;
export type HomeStatementOwner = Schemas["HomeStatementOwner"] & { id?: string };
export type HomeStatement = Sent<Schemas["HomeStatement"]>;
export type HomeStatementSession = HomeStatement["sessions"][number];
export type ZoneTrial = Sent<Schemas["ZoneTrial"]>;
export type TrialSession = Sent<Schemas["TrialSession"]>;
export type TrialPoint = Sent<Schemas["TrialPointShape"]>;
export type SmartModel = Sent<Schemas["Model"]>;

export type HoursLimit = { unit: "milli_amps" | "watts"; rate: number };
export type HoursContent = Schemas["ChargingHours"];
export type ChargingHours = Omit<Sent<Schemas["PlaceHours"]>, "content"> & { content: HoursContent };
export type StationSchedule = Sent<Schemas["StationSchedule"]>;
export type EvseSchedule = StationSchedule["evses"][number];
export type ScheduleStep = EvseSchedule["expected"][number];
export type SmartWishes = Schemas["SmartCharging"];
export type SmartCharging = Omit<Sent<Schemas["SmartWishes"]>, "content"> & { content: SmartWishes | null };
export type SessionSchedule = Sent<Schemas["SessionSchedule"]>;
export type SessionPlan = NonNullable<SessionSchedule["plan"]>;
