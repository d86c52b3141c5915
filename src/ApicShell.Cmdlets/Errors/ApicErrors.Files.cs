using System;
using System.Management.Automation;
using ApicShell.Arguments;

namespace ApicShell.Errors;

/// <content>Files that are read.</content>
internal static partial class ApicErrors
{
    private const int BytesOfMegabyte = 1 << 20;

    public static ApicException InputNotFound(InputKind kind, string path, string? why, Exception? cause) => kind == InputKind.Boots
        ? new(ErrorIds.BootFileUnreadable, ErrorCategory.ReadError, path, NoFile(path, why), cause)
        : new(ErrorIds.TraceNotFound, ErrorCategory.ObjectNotFound, path, NoFile(path, why), cause);

    public static ApicException InputUnreadable(InputKind kind, string path, Exception cause) => Unreadable(kind, path, $"{path}: {cause.Message}", cause);

    public static ApicException InputIsNoFile(InputKind kind, string path, string what) => Unreadable(kind, path,
        $"{path} is {what}. Name {(what == "a directory" ? "its files, for example with a wildcard" : "a file")}.");

    public static ApicException InputTooLong(InputKind kind, string path, int most) => Unreadable(kind, path,
        $"{path} is longer than {most / BytesOfMegabyte} MB, which no file of {(kind == InputKind.Boots ? "boots" : "results")} is.");

    private static string NoFile(string path, string? why) => $"There is no file \"{path}\"{(why is null ? "." : $": {why}")}";

    private static ApicException Unreadable(InputKind kind, string path, string message, Exception? cause = null) =>
        new(kind == InputKind.Boots ? ErrorIds.BootFileUnreadable : ErrorIds.TraceUnreadable, ErrorCategory.ReadError, path, message, cause);
}
