using System;
using System.Management.Automation;
using ApicShell.Arguments;
using ApicShell.Texts;

namespace ApicShell.Errors;

/// <content>Files that are read.</content>
internal static partial class ApicErrors
{
    private const int BytesOfMegabyte = 1 << 20;

    public static ApicException InputNotFound(InputKind kind, string path, string? why, Exception? cause) => IdOf(kind) is not ErrorIds.TraceUnreadable
        ? new(IdOf(kind), ErrorCategory.ReadError, path, NoFile(path, why), cause)
        : new(ErrorIds.TraceNotFound, ErrorCategory.ObjectNotFound, path, NoFile(path, why), cause);

    public static ApicException InputUnreadable(InputKind kind, string path, Exception cause) => Unreadable(kind, path, $"\"{path}\" cannot be read: {Cause(cause.Message)}", cause);

    public static ApicException InputIsNoFile(InputKind kind, string path, string what) => Unreadable(kind, path,
        $"\"{path}\" is {what}. Name {(what == "a directory" ? "its files, for example with a wildcard" : "a file")}.");

    public static ApicException InputTooLong(InputKind kind, string path, int most) => Unreadable(kind, path,
        $"\"{path}\" is longer than {most / BytesOfMegabyte} MB, which no file of {Contents(kind)} is.");

    public static ApicException KnownDifferencesInvalid(string path, FormatException cause) => new(
        ErrorIds.KnownDifferencesInvalid, ErrorCategory.InvalidData, path, $"\"{path}\": {cause.Message}", cause);

    public static ApicException CampaignFileInvalid(string path, string why, Exception? cause = null) => new(
        ErrorIds.CampaignFileInvalid, ErrorCategory.InvalidData, path, $"\"{path}\" is no campaign that can be gone on with: {why}", cause);

    private static string IdOf(InputKind kind) => kind switch
    {
        InputKind.Boots => ErrorIds.BootFileUnreadable,
        InputKind.KnownDifferences => ErrorIds.KnownDifferencesInvalid,
        InputKind.Campaign => ErrorIds.CampaignFileInvalid,
        _ => ErrorIds.TraceUnreadable,
    };

    private static string Contents(InputKind kind) => kind switch
    {
        InputKind.Boots => "boots",
        InputKind.KnownDifferences => "known differences",
        InputKind.Campaign => "a campaign",
        _ => "results",
    };

    /// <summary>Why, as the system says it: it may say the path again.</summary>
    private static string Cause(string why) => PlainText.Clip(why, PlainMessage.LongestQuoted);

    private static PlainMessage NoFile(string path, string? why) => $"There is no file \"{path}\"{(why is null ? "." : $": {Cause(why)}")}";

    private static ApicException Unreadable(InputKind kind, string path, PlainMessage message, Exception? cause = null) =>
        new(IdOf(kind), ErrorCategory.ReadError, path, message, cause);
}
