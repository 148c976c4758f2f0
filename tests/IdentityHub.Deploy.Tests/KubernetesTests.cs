using System.Text.RegularExpressions;
using IdentityHub.Deploy.Tests.Support;
using k8s;
using k8s.Models;
using NUnit.Framework;
using YamlDotNet.RepresentationModel;

namespace IdentityHub.Deploy.Tests;

/// <summary>
/// The plain manifests have the fields that the API of Kubernetes knows, and what makes a node safe; the chart names values that there are.
/// </summary>
public partial class KubernetesTests
{
    private static readonly string[] Manifests = Directory.GetFiles(Tool.Deploy("kubernetes"), "*.yaml");
    private static readonly string[] Templates = Directory.GetFiles(Tool.Deploy("helm/identityhub/templates"));

    // No part of Kubernetes itself: the operator of Prometheus brings it.
    private static readonly Dictionary<string, Type> Foreign = new()
    {
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(Dictionary<string, object>),
    };

    private static List<object> Objects => [.. Manifests.SelectMany(file => Load(File.ReadAllText(file)))];

    [Test]
    public void Every_field_is_one_of_the_API()
    {
        var kinds = Objects.Select(found => found.GetType().Name).ToList();

        Assert.That(
            kinds,
            Is.SupersetOf(new[]
            {
                nameof(V1Deployment), nameof(V1Service), nameof(V1Job), nameof(V1PodDisruptionBudget), nameof(V2HorizontalPodAutoscaler),
                nameof(V1NetworkPolicy), nameof(V1Ingress),
            }));
    }

    [TestCase("kind: Service\napiVersion: v1\nspec: { portz: [] }")]
    [TestCase("kind: Deployment\napiVersion: apps/v1\nspec: { replicas: many }")]
    public void A_field_of_another_name_or_type_is_found(string manifest) => Assert.That(() => Load(manifest), Throws.Exception);

    [Test]
    public void Pods_have_no_rights_that_they_do_not_need()
    {
        var pods = Objects.OfType<V1Deployment>().Select(found => found.Spec.Template.Spec)
            .Concat(Objects.OfType<V1Job>().Select(found => found.Spec.Template.Spec)).ToList();
        var containers = pods.SelectMany(pod => (pod.InitContainers ?? []).Concat(pod.Containers)).ToList();

        Assert.Multiple(() =>
        {
            Assert.That(pods.Select(pod => pod.SecurityContext.RunAsNonRoot), Is.All.True);
            Assert.That(pods.Select(pod => pod.SecurityContext.SeccompProfile.Type), Is.All.EqualTo("RuntimeDefault"));
            Assert.That(pods.Select(pod => pod.AutomountServiceAccountToken), Is.All.False);
            Assert.That(containers.Select(container => container.SecurityContext.ReadOnlyRootFilesystem), Is.All.True);
            Assert.That(containers.Select(container => container.SecurityContext.AllowPrivilegeEscalation), Is.All.False);
            Assert.That(containers.Select(container => container.SecurityContext.Capabilities.Drop.Single()), Is.All.EqualTo("ALL"));
            Assert.That(containers.SelectMany(container => container.Env).Where(IsSecretInClear), Is.Empty);
            Assert.That(
                containers.Select(container => container.Env.Single(variable => variable.Name == "ASPNETCORE_ENVIRONMENT").Value),
                Is.All.EqualTo("Production"));
        });
    }

    [Test]
    public void A_node_is_probed_and_has_time_to_stop()
    {
        var pod = Objects.OfType<V1Deployment>().Single().Spec.Template.Spec;
        var server = pod.Containers.Single();

        Assert.That(
            (server.ReadinessProbe.HttpGet.Path, server.LivenessProbe.HttpGet.Path, server.ReadinessProbe.FailureThreshold),
            Is.EqualTo(("/health/ready", "/health/live", (int?)1)));
        Assert.That(pod.TerminationGracePeriodSeconds, Is.GreaterThan(40), "drain time and what follows it");
    }

    [Test]
    public void No_ingress_and_no_other_namespace_reaches_the_metrics()
    {
        var policy = Objects.OfType<V1NetworkPolicy>().Single();
        var toMetrics = policy.Spec.Ingress.Where(rule => rule.Ports.Any(port => port.Port.Value == "metrics")).ToList();
        var backends = Objects.OfType<V1Ingress>().SelectMany(ingress => ingress.Spec.Rules).SelectMany(rule => rule.Http.Paths)
            .Select(path => path.Backend.Service.Port.Name);

        Assert.That(toMetrics.Single().FromProperty.Single().NamespaceSelector.MatchLabels.Values, Is.EqualTo(new[] { "monitoring" }));
        Assert.That(backends, Is.EqualTo(new[] { "http" }));
    }

    [Test]
    public void The_chart_names_values_that_there_are_and_closes_what_it_opens()
    {
        using var reader = new StreamReader(Tool.Deploy("helm/identityhub/values.yaml"));
        var yaml = new YamlStream();
        yaml.Load(reader);
        var root = (YamlMappingNode)yaml.Documents[0].RootNode;
        var faults = new List<string>();
        foreach (var file in Templates)
        {
            var text = File.ReadAllText(file);
            faults.AddRange(
                from match in Value().Matches(text)
                where !Has(root, match.Groups[1].Value.Split('.'))
                select $"{Path.GetFileName(file)}: .Values.{match.Groups[1].Value} is not in values.yaml");
            if (Opening().Count(text) != Closing().Count(text))
                faults.Add($"{Path.GetFileName(file)}: {Opening().Count(text)} blocks are opened, {Closing().Count(text)} closed");
        }

        Assert.That(faults, Is.Empty);
    }

    [Test]
    public void The_chart_and_the_manifests_make_the_same_kinds()
    {
        string[] inManifests = [.. KindsIn(Manifests).Distinct().Order(StringComparer.Ordinal)];
        string[] inChart = [.. KindsIn(Templates).Distinct().Order(StringComparer.Ordinal)];

        Assert.That(inManifests, Is.EqualTo(inChart));
    }

    private static List<object> Load(string text) => KubernetesYaml.LoadAllFromString(text, Foreign, strict: true);

    private static bool IsSecretInClear(V1EnvVar variable) =>
        variable.Value is not null && (variable.Name.Contains("ConnectionStrings", StringComparison.Ordinal)
            || variable.Name.EndsWith("Password", StringComparison.Ordinal)
            || variable.Name.EndsWith("Secret", StringComparison.Ordinal));

    private static IEnumerable<string> KindsIn(IEnumerable<string> files) =>
        files.SelectMany(file => Kind().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value);

    private static bool Has(YamlNode node, IEnumerable<string> path)
    {
        foreach (var key in path)
        {
            if (node is not YamlMappingNode mapping || !mapping.Children.TryGetValue(new YamlScalarNode(key), out var below))
                return false;
            node = below;
        }

        return true;
    }

    [GeneratedRegex(@"\.Values\.([A-Za-z.]+)")]
    private static partial Regex Value();

    [GeneratedRegex(@"\{\{-?\s*(?:if|range|with|define)\b")]
    private static partial Regex Opening();

    [GeneratedRegex(@"\{\{-?\s*end\b")]
    private static partial Regex Closing();

    [GeneratedRegex(@"(?m)^kind: (\w+)")]
    private static partial Regex Kind();
}
