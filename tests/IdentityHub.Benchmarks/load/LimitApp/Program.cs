using LimitApp;
using Npgsql;

// What the machine allows: bare Kestrel and raw Npgsql, one path a call, nothing of the product.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

await using var database = NpgsqlDataSource.Create(
    builder.Configuration.GetConnectionString("Limit")
    ?? throw new InvalidOperationException("ConnectionStrings:Limit is not set."));
using var hashing = new HashLane(Environment.ProcessorCount);

var calls = new Dictionary<string, RequestDelegate>(StringComparer.Ordinal)
{
    ["/form"] = FormCall.HandleAsync,
    ["/es256"] = Es256Call.HandleAsync,
    ["/get"] = GetCall.HandleAsync,
    ["/read"] = new ReadCall(database).HandleAsync,
    ["/insert"] = new InsertCall(database).HandleAsync,
    ["/rotate"] = new RotateCall(database).HandleAsync,
    ["/code"] = new CodeCall(database).HandleAsync,
    ["/hash"] = new HashCall(hashing).HandleAsync,
};

await using var app = builder.Build();
app.Run(context => calls.TryGetValue(context.Request.Path.Value ?? "", out var call)
    ? call(context)
    : Json.NotFoundAsync(context));
await app.RunAsync();
