using IdentityHub.Testing;
using Microsoft.EntityFrameworkCore;
using NUnit.Framework;

namespace IdentityHub.Storage.Tests;

[TestFixture(DatabaseKind.Sqlite)]
[TestFixture(DatabaseKind.Postgres)]
public class MigrationTests(DatabaseKind kind)
{
    [Test]
    public async Task The_migrations_make_an_empty_database_what_the_model_says()
    {
        await using var storage = await TestDatabase.CreateEmptyAsync(kind);
        await using var context = storage.NewContext();

        await context.Database.MigrateAsync();

        Assert.Multiple(() =>
        {
            Assert.That(context.Database.HasPendingModelChanges(), Is.False, "the model has changed: add a migration for both databases");
            Assert.That(context.Database.GetPendingMigrations(), Is.Empty);
        });
    }

    [Test]
    public async Task Every_table_can_be_read()
    {
        await using var storage = await TestDatabase.CreateAsync(kind);
        var database = storage.Open();
        await using var context = database.NewContext();
        var tables = context
            .Model.GetEntityTypes()
            .Where(entity => !entity.IsOwned())
            .Select(entity => entity.GetTableName()!)
            .Distinct()
            .ToList();

        Assert.That(tables, Has.Count.GreaterThan(15));
        foreach (var table in tables)
            Assert.That(
                await database.Call($"SELECT count(*) FROM {table}").ListAsync(row => row.Long(), default), Is.EqualTo((long[])[0]), table);
    }

    [Test]
    public async Task Tables_columns_and_indexes_are_named_in_snake_case()
    {
        await using var storage = await TestDatabase.CreateAsync(kind);
        await using var context = storage.NewContext();

        var entities = context.Model.GetEntityTypes().Where(entity => !entity.IsOwned()).ToList();
        var names = entities.Select(entity => entity.GetTableName())
            .Concat(entities.SelectMany(entity => entity.GetProperties()).Select(property => property.GetColumnName()))
            .Concat(entities.SelectMany(entity => entity.GetIndexes()).Select(index => index.GetDatabaseName()));

        Assert.That(names, Is.All.Matches("^[a-z][a-z0-9_]*$"));
    }
}
