using System;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Texts;

namespace ApicShell.Errors;

/// <content>Files that are read.</content>
internal static partial class ApicErrors
{
    private const int BytesOfMegabyte = 1 << 20;

    public static ApicException InputNotFound(InputKind kind, string path, string? why, Exception? cause) => kind == InputKind.Boots
        ? new(ErrorIds.BootFileUnreadable, ErrorCategory.ReadError, path, NoFile(path, why), cause)
        : new(ErrorIds.TraceNotFound, ErrorCategory.ObjectNotFound, path, NoFile(path, why), cause);

    public static ApicException InputUnreadable(InputKind kind, string path, Exception cause) => Unreadable(kind, path, $"\"{path}\" cannot be read: {Cause(cause.Message)}", cause);

    public static ApicException InputIsNoFile(InputKind kind, string path, string what) => Unreadable(kind, path,
        $"\"{path}\" is {what}. Name {(what == "a directory" ? "its files, for example with a wildcard" : "a file")}.");

    public static ApicException InputTooLong(InputKind kind, string path, int most) => Unreadable(kind, path,
        $"\"{path}\" is longer than {most / BytesOfMegabyte} MB, which no file of {(kind == InputKind.Boots ? "boots" : "results")} is.");

    /// <summary>Why, as the system says it: it may say the path again.</summary>
    private static string Cause(string why) => PlainText.Clip(why, PlainMessage.LongestQuoted);

    private static PlainMessage NoFile(string path, string? why) => $"There is no file \"{path}\"{(why is null ? "." : $": {Cause(why)}")}";

    private static ApicException Unreadable(InputKind kind, string path, PlainMessage message, Exception? cause = null) =>
        new(kind == InputKind.Boots ? ErrorIds.BootFileUnreadable : ErrorIds.TraceUnreadable, ErrorCategory.ReadError, path, message, cause);
}
