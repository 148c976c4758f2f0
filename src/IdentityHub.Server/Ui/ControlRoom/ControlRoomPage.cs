using System.Text.Json.Nodes;
using IdentityHub.Protocol;
using IdentityHub.Protocol.Vocabulary;
using IdentityHub.Server.Admin.Api;
using IdentityHub.Server.Http;
using IdentityHub.Server.Ui.Shared;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Filters;

namespace IdentityHub.Server.Ui.ControlRoom;

/// <summary>
/// A page of the control room. Before its handlers run: the browser has entered the control room, else it is sent to log in and comes back;
/// the user may open the area; a form was made for this session; and an action that needs a fresh login has one, else the user logs in
/// again.
/// <para>
/// A page reads by <see cref="ReadAsync"/> and <see cref="ListAsync"/> in <see cref="LoadAsync"/>, and names what it does in
/// <see cref="Actions"/>: all of it are operations of the administration API, which check, change and record as they do there. The base
/// handles the forms: <c>?do=NAME</c> shows the form of an action, a POST with <c>do</c> runs it, with the <c>ETag</c> of the hidden field
/// <c>etag</c>; a refusal shows the page again with what is wrong, and a stale <c>ETag</c> the new state.
/// </para>
/// <para>
/// Its view has <c>@page</c>, the title in <c>ViewData["Title"]</c>, and the content below the heading; the layout adds the rest, and in
/// place of the content the form of an action that is asked for. Partial views in this folder: <c>_Table</c> (<see cref="TableView"/>;
/// with a link to more rows, and what it says when there are none), <c>_Fields</c> (<see cref="FieldRow"/>), <c>_Filter</c>
/// (<see cref="FilterView"/>: narrows a table while one types), <c>_Do</c> (<see cref="DoView"/>: the button of an action), <c>_Form</c>,
/// <c>_Bars</c> (<see cref="BarsView"/>), and columns by <see cref="Charts"/>.
/// A new area is a folder here, a line in <see cref="ControlRoomAreas"/>, and a row for each page in the tests' <c>ControlRoomMatrix</c>.
/// </para>
/// </summary>
/// <param name="endpoint">Path without its leading slash, and without values.</param>
internal abstract class ControlRoomPage(string endpoint, ControlRoomAccess access) : HubPage(endpoint), ILocalTimes
{
    private const string DoField = "do";
    private const string TargetField = "target";
    private const string TagField = "etag";
    private const string DoneField = "done";

    // What belongs to one look at a page, and not to the page.
    private static readonly string[] Passing = [DoField, TargetField, TagField, DoneField, LanguageChoice.Parameter];

    // What the request has called; and the refusal where a part of the page has been called too often.
    private readonly HashSet<string> _called = new(StringComparer.Ordinal);
    private Refusal? _tooMany;

    private string? _rejected;

    public ControlRoomVisit Visit { get; private set; } = null!;

    /// <summary>What the page has just done, in words; null for nothing.</summary>
    public string? Done { get; private set; }

    /// <summary>The action whose form is shown in place of the page; null for none.</summary>
    public PageAction? Asked { get; private set; }

    /// <summary>What of the object the action is about; null for the object itself.</summary>
    public string? AskedTarget { get; private set; }

    public override bool IsLive => true;

    /// <summary>The area that the page belongs to.</summary>
    public abstract ControlRoomArea Area { get; }

    /// <summary>The state of the object that the page is about; null where it is about none.</summary>
    public string? Tag { get; protected set; }

    /// <summary>What the page does.</summary>
    protected virtual IReadOnlyList<PageAction> Actions => [];

    /// <summary>True where users see the page who may not open any area.</summary>
    protected virtual bool IsForEverybody => false;

    /// <summary>Values of the paths of its operations.</summary>
    protected virtual IReadOnlyList<(string Name, string Value)> PathValues => [];

    /// <summary>The page with the parameters that it was opened with, but for what was asked or done on it.</summary>
    protected override string Here =>
        Request.Path.ToUriComponent() + QueryString.Create(
            Request.Query.Where(parameter => !Passing.Contains(parameter.Key, StringComparer.Ordinal)));

    /// <summary>The address of the page, as links of it name it.</summary>
    public string Address => HttpContext.PublicUrl(Here);

    /// <summary>The same without its parameters, which a form adds.</summary>
    public string PagePath => HttpContext.PublicUrl(Request.Path.ToUriComponent());

    /// <summary>The parameters that the page was opened with, but for what was asked or done on it.</summary>
    public IEnumerable<(string Name, string Value)> PageParameters =>
        from parameter in Request.Query
        where !Passing.Contains(parameter.Key, StringComparer.Ordinal)
        from value in parameter.Value
        where !string.IsNullOrEmpty(value)
        select (parameter.Key, value);

    /// <summary>The address of the form of an action.</summary>
    /// <param name="target">What of the object it is about; null for the object itself.</param>
    public string AddressOf(PageAction action, string? target) => HttpContext.PublicUrl(WithAction(action.Name, target));

    /// <summary>What the form of an action calls its target.</summary>
    public virtual string NameOfTarget(PageAction action, string target) => target;

    public override async Task OnPageHandlerExecutionAsync(PageHandlerExecutingContext context, PageHandlerExecutionDelegate next)
    {
        ControlRoomTexts.Use(HttpContext);
        var visit = await access.FindAsync(HttpContext, Context, prolongs: !Request.Query.ContainsKey(RefreshParameter));
        if (visit is not { HasProvenFactors: true })
        {
            // Who is inside, and has not proven what they must by now, is asked for it, however young their login is.
            context.Result = ToLogin(asksAnew: visit is not null, loginHint: null, Here);
            return;
        }

        Visit = visit;
        (Context.ClientId, Context.UserId) = (BuiltInClients.ControlRoom, visit.Session.UserId);
        if (!IsForEverybody && !Area.IsOpenTo(visit.Rights))
        {
            context.Result = await RefuseAreaAsync();
            return;
        }

        if (HttpMethods.IsPost(Request.Method) && Request.Form[SignedInPage.SessionField] != visit.Session.Id.ToString())
        {
            context.Result = SeeOther(Here);
            return;
        }

        if (AskedAction() is { NeedsFreshLogin: true } && !visit.IsFresh(Context.Now))
        {
            context.Result = ToLogin(asksAnew: true, visit.Session.UserName, HereWithAction());
            return;
        }

        Done = access.Tickets.Unprotect<ControlRoomNotice>(Request.Query[DoneField], Context.Now) is { } done
            && done.SessionId == visit.Session.Id
                ? Text[done.TextKey]
                : null;
        await next();
    }

    /// <summary>A parameter of a request that the page makes by itself: it is no sign of life of the user.</summary>
    public const string RefreshParameter = "refresh";

    /// <summary>Shows the page, or the form of an action.</summary>
    public async Task<IActionResult> OnGetAsync()
    {
        (Asked, AskedTarget) = (AskedAction(), Request.Query[TargetField].FirstOrDefault());
        return await RefusalOfLoadAsync() is { } refusal ? await ErrorPageAsync(refusal) : Page();
    }

    /// <summary>Runs an action.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        if (AskedAction() is not { } action)
            return SeeOther(Here);
        var target = Request.Form[TargetField].FirstOrDefault();
        var answer = FormRefusalOf(action) is { } unreadable ? unreadable : await CallAsync(new AdminInvocation(action.Operation)
        {
            Path = action.Target is { } name && target is not null ? [.. PathValues, (name, target)] : PathValues,
            Body = OperationOf(action).Body is null ? null : ActionForms.ElementOf(BodyOf(action)),
            Tag = Request.Form[TagField].FirstOrDefault(),
        });
        if (answer.Succeeded)
            return await ShowDoneAsync(action, answer.Value);
        (Asked, AskedTarget) = (action.IsAsked ? action : null, target);

        // What has changed meanwhile is shown as it is now, not as it was typed.
        _rejected = answer.Error.Reason == Reasons.PreconditionFailed ? null : action.Name;
        if (await RefusalOfLoadAsync() is { } gone)
            return await ErrorPageAsync(gone);
        var shown = await RefuseAsync(answer.Error, FailuresOf(answer.Error));
        Response.StatusCode = AdminProblems.StatusOf(answer.Error);
        return shown;
    }

    /// <summary>Reads what the page shows; the refusal that is shown in its place, or null.</summary>
    protected abstract Task<Refusal?> LoadAsync();

    /// <summary>Sends the browser on after an action. A page that shows something once, such as a secret, does so here.</summary>
    protected virtual Task<IActionResult> ShowDoneAsync(PageAction action, AdminAnswer answer) =>
        Task.FromResult(SayDone($"{action.TextKey}.done", action.Next));

    /// <summary>The fields of an action's form: what its operation declares, with the values of the object.</summary>
    public virtual IReadOnlyList<FormField> FieldsOf(PageAction action) => ActionForms.FieldsOf(
        OperationOf(action).Body ?? [], action.Fields, CurrentOf(action), IsTyped(action) ? Request.Form : null, Text);

    /// <summary>The state that an action needs its object to be in, as the page shows it.</summary>
    public virtual string? TagOf(PageAction action, string? target) => Tag;

    /// <summary>Why no body can be made of an action's form; null where one can.</summary>
    protected virtual Refusal? FormRefusalOf(PageAction action) => null;

    /// <summary>The body that an action's form makes.</summary>
    protected virtual JsonObject BodyOf(PageAction action) => action.Body is { } make
        ? make(Request.Form)
        : ActionForms.BodyOf(OperationOf(action).Body!, action.Fields, Request.Form, OperationOf(action).IsPatch);

    /// <summary>The object whose values stand in the form of an action.</summary>
    protected virtual ShownObject CurrentOf(PageAction action) => default;

    /// <summary>The action of this name, where the user may do it anywhere; null otherwise.</summary>
    public PageAction? Find(string? name) =>
        Actions.FirstOrDefault(action => action.Name == name) is { } found
        && AdminCallers.RefusalOf(OperationOf(found), Visit.Rights) is null
            ? found
            : null;

    /// <summary>Reads one object.</summary>
    protected async Task<Outcome<AdminAnswer>> ReadAsync(string operation, params IReadOnlyList<(string Name, string Value)> path) =>
        await CallAsync(new AdminInvocation(operation) { Path = path });

    /// <summary>Reads a list; an empty one where the caller may not, for a part of a page that not every user sees.</summary>
    protected async Task<ShownList> ListAsync(
        string operation, IReadOnlyList<(string Name, string Value)> path, params IReadOnlyList<(string Name, string? Value)> query)
    {
        var answer = await CallAsync(new AdminInvocation(operation) { Path = path, Query = query });
        return answer.Succeeded ? ShownList.Of(answer.Value) : ShownList.Empty;
    }

    /// <summary>Calls an operation as the user. A page that calls it for each of several objects is counted as one call.</summary>
    protected async Task<Outcome<AdminAnswer>> CallAsync(AdminInvocation invocation)
    {
        var answer = await access.Dispatch.CallAsync(
            new AdminCall(Visit.Caller, Context, ObjectCondition.Any, Idempotency: null, Aborted), invocation, _called);
        if (answer is { Succeeded: false, Error: { Kind: RefusalKind.TooManyRequests } full })
            _tooMany = full;
        return answer;
    }

    // A part that may be missing is not missing because of too many calls.
    private async Task<Refusal?> RefusalOfLoadAsync()
    {
        _tooMany = null;
        return await LoadAsync() is { } refusal ? refusal : _tooMany;
    }

    /// <summary>Goes on to a page, and says there what was done.</summary>
    /// <param name="next">Null: this page.</param>
    protected IActionResult SayDone(string textKey, string? next = null) => SeeOther(
        RedirectUris.WithQuery(
            next ?? Here, $"{DoneField}={access.Tickets.Protect(new ControlRoomNotice(textKey, Visit.Session.Id), Context.Now)}"));

    /// <summary>The page of an object that an operation has made; null where its answer names none.</summary>
    protected static string? PageOf(AdminAnswer answer) => answer.Location is { } made
        && made.StartsWith(AdminOperation.BasePath, StringComparison.Ordinal)
            ? "/admin" + made[AdminOperation.BasePath.Length..]
            : null;

    /// <summary>
    /// True where the form of an action shows what was typed: the action was refused, and the object has not changed meanwhile.
    /// </summary>
    protected bool IsTyped(PageAction action) => _rejected == action.Name;

    /// <summary>What was typed into a field of an action that was refused; null for nothing.</summary>
    protected string? TypedOf(PageAction action, string field) => IsTyped(action) ? Request.Form[field].FirstOrDefault() : null;

    /// <summary>The address of the page with the next rows of a list; null where there are no more.</summary>
    public string? NextOf(ShownList list, string parameter = "cursor") => list.NextCursor is not { } cursor ? null
        : Request.Path.ToUriComponent() + QueryString.Create(
            [
                .. PageParameters.Where(given => given.Name != parameter)
                    .Select(given => KeyValuePair.Create<string, string?>(given.Name, given.Value)),
                KeyValuePair.Create<string, string?>(parameter, cursor),
            ]);

    /// <summary>What a refusal says in the language of the page.</summary>
    protected IReadOnlyList<Failure> FailuresOf(Refusal error) => RefusalTexts.Of(error, Text);

    private AdminOperation OperationOf(PageAction action) => access.Dispatch.Find(action.Operation);

    private PageAction? AskedAction() => Find(Sent(DoField));

    // Back to the page that asks: what was posted is not posted again.
    private string HereWithAction() => WithAction(Sent(DoField), Sent(TargetField));

    private string WithAction(string? action, string? target)
    {
        var form = $"{DoField}={Uri.EscapeDataString(action ?? "")}";
        return RedirectUris.WithQuery(
            Here, string.IsNullOrEmpty(target) ? form : $"{form}&{TargetField}={Uri.EscapeDataString(target)}");
    }

    private string? Sent(string name) =>
        HttpMethods.IsPost(Request.Method) ? Request.Form[name].FirstOrDefault() : Request.Query[name].FirstOrDefault();

    // A part of a page that a script asks for cannot log in: the whole page does.
    private IActionResult ToLogin(bool asksAnew, string? loginHint, string returnPath)
    {
        if (Request.IsLive())
        {
            Response.Headers["HX-Refresh"] = "true";
            return new NoContentResult();
        }

        return SeeOther(access.LoginAddress(HttpContext, returnPath, asksAnew, loginHint, Context.Now));
    }

    // Who may do nothing here learns as whom they are signed in.
    private async Task<IActionResult> RefuseAreaAsync() => ControlRoomAreas.IsAdministration(Visit.Rights)
        ? await ErrorPageAsync(
            Refusal.Of(RefusalKind.Forbidden, "Your roles do not let you see this part of the control room.", Reasons.PermissionMissing))
        : SeeOther("/admin/me");

    private sealed record ControlRoomNotice(string TextKey, Guid SessionId);
}
