import java.io.FileInputStream;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;

/** Prints a line for each PDF named: the file, how many checks were made, and the rules of PDF/UA-1 it breaks. */
class ValidatePdfUa {
    public static void main(String[] files) throws Exception {
        VeraGreenfieldFoundryProvider.initialise();
        for (var file : files) {
            try (var stream = new FileInputStream(file);
                    var parser = Foundries.defaultInstance().createParser(stream, PDFAFlavour.PDFUA_1);
                    var validator = Foundries.defaultInstance().createValidator(PDFAFlavour.PDFUA_1, false)) {
                var result = validator.validate(parser);
                var broken = new TreeSet<String>();
                for (var check : result.getTestAssertions()) {
                    if (check.getStatus() != TestAssertion.Status.PASSED) {
                        broken.add(check.getRuleId().getClause() + "-" + check.getRuleId().getTestNumber());
                    }
                }
                if (broken.isEmpty() != result.isCompliant()) throw new IllegalStateException(file);
                System.out.println(file + "\t" + result.getTotalAssertions() + "\t" + String.join(" ", broken));
            }
        }
    }
}
