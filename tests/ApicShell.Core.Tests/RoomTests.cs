using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using ApicShell.Confidential;
using ApicShell.Emulation;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Xunit;

namespace ApicShell.Tests;

/// <summary>The folders of the core are rooms; what one may know of another goes one way only. Held by what the compiler made of them.</summary>
public class RoomTests
{
    private const string Root = "ApicShell.";

    private static readonly Dictionary<string, string[]> s_mayKnow = new()
    {
        ["Compatibility"] = [],
        ["Texts"] = [],
        ["Architecture"] = ["Texts", "Compatibility"],
        ["Emulation"] = ["Architecture", "Texts", "Compatibility"],
        ["Confidential"] = ["Architecture", "Emulation", "Texts", "Compatibility"],
        ["Restores"] = ["Architecture", "Emulation", "Texts", "Compatibility"],
        ["Scripts"] = ["Architecture", "Emulation", "Texts", "Compatibility"],
        ["Campaigns"] = ["Architecture", "Emulation", "Scripts", "Texts", "Compatibility"],
        ["Tracing"] = ["Architecture", "Emulation", "Texts", "Compatibility"],
        ["Firmware"] = ["Architecture", "Emulation", "Confidential", "Tracing", "Texts", "Compatibility"],
        ["Remedies"] = ["Architecture", "Emulation", "Firmware", "Texts", "Compatibility"],
        ["Exploration"] = ["Architecture", "Emulation", "Confidential", "Tracing", "Firmware", "Texts", "Compatibility"],
    };

    [Fact]
    public void Every_folder_is_a_room_and_holds_its_namespace()
    {
        string core = Path.Combine(
            typeof(RoomTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "RepositoryRoot").Value!, "src", "ApicShell.Core");
        IEnumerable<string> rooms = Directory.GetDirectories(core).Select(path => Path.GetFileName(path)!).Where(name => name is not ("bin" or "obj" or "Properties"));
        Assert.Equal(s_mayKnow.Keys.Order(), rooms.Order());
        using ModuleDefinition module = ReadCore();
        Assert.Equal(s_mayKnow.Keys.Order(), module.Types.Select(RoomOf).OfType<string>().Distinct().Order());
    }

    [Fact]
    public void No_room_knows_one_that_it_must_not()
    {
        using ModuleDefinition module = ReadCore();
        var wrong = (from type in module.GetTypes()
                     let room = RoomOf(type)
                     where room is not null
                     from reference in TypeReferences.Of(type)
                     let known = RoomOf(reference.Type)
                     where known is not null && known != room && !s_mayKnow[room].Contains(known)
                     select $"{reference.Member} knows {reference.Type.FullName}").Distinct().ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>The test above sees each way of referring that a compiled type has.</summary>
    [Theory]
    [InlineData(typeof(Known.ByBase))]
    [InlineData(typeof(Known.ByInterface))]
    [InlineData(typeof(Known.ByField))]
    [InlineData(typeof(Known.ByGenericArgument))]
    [InlineData(typeof(Known.ByAttribute))]
    [InlineData(typeof(Known.ByEnumInAttribute))]
    [InlineData(typeof(Known.ByConstant))]
    [InlineData(typeof(Known.ByConstraint))]
    [InlineData(typeof(Known.ByBody))]
    [InlineData(typeof(Known.ByStaticCall))]
    [InlineData(typeof(Known.ByGenericCall))]
    [InlineData(typeof(Known.ByArray))]
    [InlineData(typeof(Known.ByCatch))]
    public void A_reference_is_found_by_each_way(Type user)
    {
        using var module = ModuleDefinition.ReadModule(typeof(RoomTests).Assembly.Location);
        TypeDefinition type = module.GetType(user.FullName!.Replace('+', '/'));
        Assert.Contains(TypeReferences.Of(type), reference => reference.Type.Namespace == typeof(Known).Namespace + ".Upstairs");
    }

    [Fact]
    public void One_method_of_the_core_looks_whether_a_platform_is_that_of_SNP()
    {
        using ModuleDefinition module = ReadCore();
        IEnumerable<string> casts = from type in module.GetTypes()
                                    from method in type.Methods
                                    where method.HasBody && method.Body.Instructions.Any(IsCast)
                                    select $"{type.Name}.{method.Name}";
        Assert.Equal($"{nameof(SnpMachine)}.{nameof(SnpMachine.Snp)}", Assert.Single(casts));

        static bool IsCast(Instruction instruction) => (instruction.OpCode == OpCodes.Isinst || instruction.OpCode == OpCodes.Castclass)
            && instruction.Operand is TypeReference { FullName: var name } && name == typeof(SnpPlatform).FullName;
    }

    private static ModuleDefinition ReadCore() => ModuleDefinition.ReadModule(typeof(Machine).Assembly.Location);

    /// <summary>The room of a type; null for one of another assembly, or one that the compiler put beside the rooms.</summary>
    private static string? RoomOf(TypeReference type)
    {
        TypeReference outer = type;
        while (outer.DeclaringType is { } declaring)
        {
            outer = declaring;
        }

        return outer.Scope is ModuleDefinition && outer.Namespace.StartsWith(Root, StringComparison.Ordinal) ? outer.Namespace[Root.Length..] : null;
    }
}
