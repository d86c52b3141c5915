using System;
using System.Collections.Generic;
using ApicShell.Tests.Upstairs;

namespace ApicShell.Tests
{
    /// <summary>One class for each way in which a type can refer to another.</summary>
    internal static class Known
    {
        public sealed class ByBase : Thing;

        public sealed class ByInterface : IThing;

        public sealed class ByField
        {
            public Thing? Field { get; set; }
        }

        public sealed class ByGenericArgument
        {
            public static void Take(IReadOnlyDictionary<int, List<Thing>> things) => _ = things;
        }

        [ThingAttribute]
        public sealed class ByAttribute;

        public sealed class ByEnumInAttribute
        {
            [Says(ThingKind.Second)]
            public static int Count() => 1;
        }

        public sealed class ByConstant
        {
            public const ThingKind Kind = ThingKind.Second;
        }

        public sealed class ByConstraint
        {
            public static void Take<T>(T value)
                where T : IThing => _ = value;
        }

        public sealed class ByBody
        {
            public static string Say(object value) => value is Thing ? "a thing" : "none";
        }

        public sealed class ByStaticCall
        {
            public static int Count() => Thing.Count();
        }

        public sealed class ByGenericCall
        {
            public static object Make() => Array.Empty<Thing>();
        }

        public sealed class ByArray
        {
            public static unsafe int Size(ThingKind*[] kinds) => kinds.Length;
        }

        public sealed class ByCatch
        {
            public static int Try(Func<int> act)
            {
                try
                {
                    return act();
                }
                catch (ThingException)
                {
                    return 0;
                }
            }
        }

        [AttributeUsage(AttributeTargets.Method)]
        private sealed class SaysAttribute(object what) : Attribute
        {
            public object What => what;
        }
    }
}

namespace ApicShell.Tests.Upstairs
{
    internal enum ThingKind
    {
        First,
        Second,
    }

    internal interface IThing;

    internal class Thing
    {
        public static int Count() => 1;
    }

    [AttributeUsage(AttributeTargets.Class)]
    internal sealed class ThingAttribute : Attribute;

    internal sealed class ThingException : Exception;
}
